"""What the councillor's report says, in Italian and English. Nothing of one city or contract stands here."""

from orchestration.report.blocks import Language

TEXTS: dict[Language, dict[str, str]] = {
    "it": {
        "title": "Che cosa è stato promesso e che cosa è risultato",
        "subtitle": "Rapporto per il Consiglio · {period} · registri completi al {as_of}",
        "mark": "Homes4All · rapporto sui risultati",
        "page": "Pagina",
        "of": "di",
        "whole": "dall’inizio del programma",
        "from_to": "{name}, dal {first} al {last}",
        "withheld": "riservato",
        "none": "–",
        "yes": "sì",
        "no": "no",
        "illustrative": "Contiene valori illustrativi",
        "illustrative_text": "Gli importi segnati come illustrativi si basano su prezzi, quote o costi di esempio e "
        "non "
        "sul contratto in vigore: mostrano il procedimento, non una somma dovuta. Sono elencati sotto «Che cosa è "
        "illustrativo».",
        "how": "Come si legge",
        "how_text": "«Riservato» vuol dire che la cifra esiste ma non si mostra, perché conteggi da 1 a {below} "
        "permetterebbero di riconoscere qualcuno; non vuol dire zero. La riga orizzontale di un grafico è l’intervallo "
        "al 95 %: più è lunga, meno la cifra è certa. Sotto ogni grafico sta la tabella delle stesse cifre.",
        "promised": "Promesso e risultato",
        "promised_text": "Obiettivi a confronto con i valori: {met} raggiunti, {missed} non raggiunti, {open} che non "
        "si possono giudicare. Dove l’intervallo comprende l’obiettivo, i dati non bastano a dire con sicurezza se è "
        "raggiunto.",
        "no_targets": "Per questo periodo non è stato fissato alcun obiettivo.",
        "chart_promised": "Quote e rapporti (punto e intervallo al 95 %) con i loro obiettivi (tratto verticale)",
        "metric": "Indicatore",
        "period": "Periodo",
        "target": "Obiettivo",
        "value": "Valore",
        "interval": "Intervallo 95 %",
        "outcome": "Esito",
        "met": "raggiunto",
        "missed": "non raggiunto",
        "unsure": "{outcome}, non certo: l’intervallo comprende l’obiettivo",
        "not_judged": "non giudicabile",
        "households": "Denominatore",
        "excluded": "Esclusi",
        "stability": "Chi resta in casa",
        "stability_text": "Il mantenimento conta come persa una casa lasciata prima del termine anche se la finestra "
        "non è ancora compiuta, e perciò è pessimista mentre molte finestre sono aperte; la permanenza non ha questa "
        "distorsione. I mesi della curva che rivelerebbero singoli nuclei sono riservati.",
        "chart_survival": "Quota dei nuclei ancora in casa stabile dopo N mesi, per i mesi che si possono mostrare",
        "month": "1 mese",
        "months": "{n} mesi",
        "to_date": "dall’inizio",
        "mind": "Attenzione",
        "share": "Quota",
        "waiting": "Attesa e alloggi",
        "waiting_text": "L’attesa media conta soltanto chi è già entrato in una casa, e perciò sembra più breve di "
        "quanto è; quella mediana tiene conto anche di chi aspetta ancora.",
        "chart_waiting": "Quota dei nuclei che aspettano ancora dopo N mesi dalla domanda, per i mesi che si "
        "possono mostrare",
        "waits": "Ancora in attesa",
        "chart_enrolled": "Nuclei inseriti per trimestre",
        "quarter": "Trimestre",
        "enrolled": "Nuclei inseriti",
        "nights": "Notti in accoglienza temporanea",
        "nights_more": "Per gli stessi nuclei le notti sono di più nei dodici mesi dopo l’inserimento ({after}) che "
        "nei "
        "dodici mesi prima ({before}).",
        "nights_less": "Per gli stessi nuclei le notti sono di meno nei dodici mesi dopo l’inserimento ({after}) che "
        "nei "
        "dodici mesi prima ({before}).",
        "nights_same": "Per gli stessi nuclei le notti medie prima e dopo l’inserimento sono uguali ({after}).",
        "nights_withheld": "Le notti prima o dopo l’inserimento sono riservate o non ancora osservate.",
        "nights_text": "Non è una misura dell’effetto: i nuclei si inseriscono poco dopo l’inizio della crisi, quindi "
        "l’anno prima contiene poche notti e l’anno dopo anche l’attesa di una casa.",
        "chart_nights": "Notti medie per nucleo, con intervallo al 95 %",
        "others": "Altri indicatori",
        "savings": "Risparmi",
        "savings_text": "Tre metodi rispondono a tre domande diverse e stanno uno accanto all’altro; le cifre "
        "valgono per "
        "il programma dall’inizio. Valori negativi sono costi maggiori. L’intervallo dice quanto una stima oscilla, "
        "non "
        "quanto il metodo sbaglia.",
        "chart_savings": "Risparmio lordo per nucleo, con intervallo al 95 %",
        "method": "Metodo e finestra",
        "gross": "Lordo per nucleo",
        "gross_total": "Lordo in tutto",
        "net": "Netto per nucleo",
        "all_costs": "Benefici/costi, tutti i costi",
        "payable": "Pagabile",
        "example": "Illustrativo",
        "eur_household": "euro per nucleo",
        "about_contract_baseline": "{method}: ciò che il contratto paga. Confronta con un costo concordato, non con "
        "ciò "
        "che sarebbe accaduto.",
        "about_comparison_group": "{method}: la stima più vicina all’effetto, su {n} nuclei abbinati alla finestra di "
        "{window} mesi.",
        "about_pre_post": "{method}: distorto. I nuclei si inseriscono poco dopo la loro crisi, e l’anno prima costa "
        "molto meno di quello che sarebbe venuto; il confronto sottostima il risparmio e non va letto come effetto.",
        "zero_in": "A {window} mesi l’intervallo comprende lo zero: i dati non permettono di dire che il programma "
        "abbia fatto risparmiare.",
        "zero_out": "A {window} mesi l’intervallo non comprende lo zero.",
        "is_example": "I suoi valori sono illustrativi.",
        "premium": "Premio",
        "premium_text": "Importi maturati dopo i limiti, per trimestre. Si mostrano soltanto le righe che si possono "
        "pubblicare: la somma delle cifre visibili non è il totale, e il totale non si mostra perché rivelerebbe le "
        "righe riservate. Il tetto del contratto non è nel file pubblicato e perciò non sta qui.",
        "chart_premium": "Premio per trimestre e riga del contratto, in euro",
        "line": "Riga",
        "amount": "Importo",
        "claims": "Premi",
        "open": "{period} (aperto)",
        "no_premium": "Nel periodo non c’è alcuna riga di premio.",
        "quality": "Qualità dei dati",
        "quality_text": "{passed} controlli superati, {failed} avvisi; nessun avviso impedisce la pubblicazione. Un "
        "errore l’avrebbe impedita. Le descrizioni sono quelle del file pubblicato, in inglese.",
        "warning": "Avviso",
        "times": "Volte",
        "used": "Consegne usate",
        "file": "File",
        "rows": "Righe",
        "let_pass": "Regole derogate",
        "examples": "Che cosa è illustrativo",
        "no_examples": "Nulla.",
        "what": "Che cosa",
        "hidden": "Che cosa è riservato",
        "hidden_text": "La soglia è {threshold}: i conteggi da 1 a {below}, e ciò che permetterebbe di ricavarli, "
        "non si "
        "mostrano. Cifre riservate e cifre in tutto nel file pubblicato:",
        "hidden_metrics": "In questo rapporto sono riservati: {metrics}.",
        "table": "Tabella",
        "hidden_n": "Riservate",
        "all_n": "In tutto",
        "notes": "Note di metodo",
        "origin": "Origine",
        "file_run": "Elaborazione",
        "code": "Versione del software",
        "built": "Elaborato il",
        "point": "{label}: {value}",
        "point_interval": "{label}: {value}, intervallo da {low} a {high}",
        "point_target": "{text}, obiettivo {target}",
    },
    "en": {
        "title": "What was promised and what came out",
        "subtitle": "Report for the Council · {period} · registers complete up to {as_of}",
        "mark": "Homes4All · report on results",
        "page": "Page",
        "of": "of",
        "whole": "programme to date",
        "from_to": "{name}, from {first} to {last}",
        "withheld": "withheld",
        "none": "–",
        "yes": "yes",
        "no": "no",
        "illustrative": "Contains illustrative values",
        "illustrative_text": "Amounts marked as illustrative rest on sample prices, shares or costs and not on the "
        "contract in force: they show the procedure, not a sum that is due. They are listed under “What is "
        "illustrative”.",
        "how": "How to read this",
        "how_text": "“Withheld” means that the figure exists and is not shown, since counts from 1 to {below} could "
        "make somebody recognisable; it does not mean zero. The horizontal line in a chart is the 95% interval: the "
        "longer it is, the less certain the figure. Below every chart stands the table of the same figures.",
        "promised": "Promised, and what came out",
        "promised_text": "Targets against values: {met} met, {missed} not met, {open} that cannot be judged. Where the "
        "interval includes the target, the data do not suffice to say for certain whether it was met.",
        "no_targets": "No target was set for this period.",
        "chart_promised": "Rates and ratios (dot and 95% interval) with their targets (upright stroke)",
        "metric": "Metric",
        "period": "Period",
        "target": "Target",
        "value": "Value",
        "interval": "95% interval",
        "outcome": "Outcome",
        "met": "met",
        "missed": "not met",
        "unsure": "{outcome}, not certain: the interval includes the target",
        "not_judged": "cannot be judged",
        "households": "Denominator",
        "excluded": "Excluded",
        "stability": "Who stays housed",
        "stability_text": "Retention counts a home left before the horizon as lost even if the window is not complete, "
        "so it is pessimistic while many windows are open; survival has no such bias. Months of the curve that would "
        "reveal single households are withheld.",
        "chart_survival": "Share of households still stably housed after N months, for the months that may be shown",
        "month": "1 month",
        "months": "{n} months",
        "to_date": "to date",
        "mind": "Mind",
        "share": "Share",
        "waiting": "Waiting and homes",
        "waiting_text": "The mean wait counts only those already housed, so it looks shorter than it is; the median "
        "also "
        "takes account of those who still wait.",
        "chart_waiting": "Share of households still waiting N months after applying, for the months that may be shown",
        "waits": "Still waiting",
        "chart_enrolled": "Households enrolled by quarter",
        "quarter": "Quarter",
        "enrolled": "Households enrolled",
        "nights": "Nights in temporary accommodation",
        "nights_more": "For the same households there are more nights in the twelve months after enrolment ({after}) "
        "than in the twelve months before ({before}).",
        "nights_less": "For the same households there are fewer nights in the twelve months after enrolment ({after}) "
        "than in the twelve months before ({before}).",
        "nights_same": "For the same households the mean nights before and after enrolment are equal ({after}).",
        "nights_withheld": "The nights before or after enrolment are withheld or not observed yet.",
        "nights_text": "This does not measure the effect: households enrol soon after their crisis began, so the year "
        "before holds few nights and the year after also holds the wait for a home.",
        "chart_nights": "Mean nights per household, with 95% interval",
        "others": "Other metrics",
        "savings": "Savings",
        "savings_text": "Three methods answer three different questions and stand side by side; the figures are for "
        "the "
        "programme to date. Negative values are higher costs. The interval says how an estimate scatters, not how "
        "wrong "
        "the method is.",
        "chart_savings": "Gross saving per household, with 95% interval",
        "method": "Method and window",
        "gross": "Gross per household",
        "gross_total": "Gross in all",
        "net": "Net per household",
        "all_costs": "Benefit/cost, all costs",
        "payable": "Payable",
        "example": "Illustrative",
        "eur_household": "euros per household",
        "about_contract_baseline": "{method}: what the contract pays. It compares with an agreed cost, not with what "
        "would have happened.",
        "about_comparison_group": "{method}: the estimate closest to the effect, on {n} matched households for the "
        "window "
        "of {window} months.",
        "about_pre_post": "{method}: biased. Households enrol soon after their crisis, and the year before costs far "
        "less "
        "than the year that would have come; the comparison understates the saving and must not be read as an effect.",
        "zero_in": "At {window} months the interval includes zero: the data do not allow the statement that the "
        "programme saved money.",
        "zero_out": "At {window} months the interval does not include zero.",
        "is_example": "Its values are illustrative.",
        "premium": "Premium",
        "premium_text": "Amounts due after limits, by quarter. Shown lines only: the sum of the visible figures is not "
        "the total, and the total is not shown since it would reveal the withheld lines. The ceiling of the contract "
        "is "
        "not in the published file and is therefore not here.",
        "chart_premium": "Premium by quarter and line of the contract, in euros",
        "line": "Line",
        "amount": "Amount",
        "claims": "Claims",
        "open": "{period} (open)",
        "no_premium": "There is no premium line in the period.",
        "quality": "Data quality",
        "quality_text": "{passed} checks passed, {failed} warnings; no warning prevents publication. An error would "
        "have "
        "prevented it.",
        "warning": "Warning",
        "times": "Times",
        "used": "Deliveries used",
        "file": "File",
        "rows": "Rows",
        "let_pass": "Rules let pass",
        "examples": "What is illustrative",
        "no_examples": "Nothing.",
        "what": "What",
        "hidden": "What is withheld",
        "hidden_text": "The threshold is {threshold}: counts from 1 to {below}, and what would allow them to be worked "
        "out, are not shown. Figures withheld and figures in all, in the published file:",
        "hidden_metrics": "Withheld in this report: {metrics}.",
        "table": "Table",
        "hidden_n": "Withheld",
        "all_n": "In all",
        "notes": "Method notes",
        "origin": "Origin",
        "file_run": "Run",
        "code": "Version of the software",
        "built": "Built on",
        "point": "{label}: {value}",
        "point_interval": "{label}: {value}, interval from {low} to {high}",
        "point_target": "{text}, target {target}",
    },
}
METHODS: dict[Language, dict[str, str]] = {
    "it": {
        "contract_baseline": "Base contrattuale",
        "comparison_group": "Gruppo di confronto",
        "pre_post": "Prima e dopo",
    },
    "en": {
        "contract_baseline": "Contract baseline",
        "comparison_group": "Comparison group",
        "pre_post": "Before and after",
    },
}
UNITS: dict[Language, dict[str, str]] = {
    "it": {"days": "giorni", "nights": "notti", "hours": "ore", "eur_month": "al mese"},
    "en": {"days": "days", "nights": "nights", "hours": "hours", "eur_month": "a month"},
}
