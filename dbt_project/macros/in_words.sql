{# What the codes of a definition mean, in Italian and English. #}
{% macro meanings() -%}
    {{ return({
        'outcome': {
            'affordability': ['casa sostenibile', 'affordable housing'],
            'autonomy': ['autonomia', 'autonomy'],
            'eviction_prevention': ['sfratti evitati', 'evictions prevented'],
            'housing_secured': ['casa assicurata', 'housing secured'],
            'housing_stability': ['stabilità abitativa', 'housing stability'],
            'reach': ['nuclei raggiunti', 'households reached'],
            'support': ['accompagnamento', 'support'],
            'temporary_accommodation': ['accoglienza temporanea', 'temporary accommodation'],
            'timely_housing': ['casa in tempi brevi', 'timely housing'],
            'vacant_homes': ['alloggi vuoti recuperati', 'vacant homes recovered'],
            'wellbeing': ['benessere', 'well-being'],
        },
        'unit': {
            'households': ['nuclei familiari', 'households'],
            'people': ['persone', 'people'],
            'homes': ['case', 'homes'],
            'dwellings': ['alloggi', 'dwellings'],
            'days': ['giorni', 'days'],
            'nights': ['notti', 'nights'],
            'eur': ['euro', 'euros'],
            'eur_month': ['euro al mese', 'euros a month'],
            'rate': ['quota, da 0 a 1', 'share, from 0 to 1'],
            'ratio': ['rapporto', 'ratio'],
            'hours': ['ore', 'hours'],
            'points': ['punti', 'points'],
            'adults': ['adulti', 'adults'],
            'evictions': ['sfratti', 'evictions'],
        },
        'direction': {
            'higher_is_better': ['più alto è meglio', 'higher is better'],
            'lower_is_better': ['più basso è meglio', 'lower is better'],
            'neutral': ['né meglio né peggio', 'neither better nor worse'],
        },
        'formula': {
            'count': ['conteggio di chi è nel numeratore', 'count of those in the numerator'],
            'sum': ['somma del numeratore', 'sum of the numerator'],
            'rate': ['numeratore diviso denominatore, una parte di un tutto', 'numerator over denominator, a part of a whole'],
            'mean': ['media: somma divisa per il denominatore', 'mean: sum over the denominator'],
            'ratio': ['rapporto tra due quantità', 'ratio of two quantities'],
            'survival': ['sopravvivenza di Kaplan–Meier', 'Kaplan–Meier survival'],
            'median_survival': ['mediana di Kaplan–Meier', 'Kaplan–Meier median'],
        },
    }) }}
{%- endmacro %}


{# A code in words; one that the Chamber has added since stands for itself. #}
{% macro in_words(column, language) -%}
    case {{ column }}
        {%- for code, words in meanings()[column].items() %}
            when '{{ code }}' then '{{ words[['it', 'en'].index(language)] }}'
        {%- endfor %}
        else {{ column }}
    end
{%- endmacro %}
