"""What the councillor's report says in Italian; the same keys as in `english`."""

TEXTS = {
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
    "non sul contratto in vigore: mostrano il procedimento, non una somma dovuta. Sono elencati sotto «Che cosa è "
    "illustrativo».",
    "how": "Come si legge",
    "how_text": "«Riservato» vuol dire che la cifra esiste ma non si mostra, perché conteggi da 1 a {below} "
    "permetterebbero di riconoscere qualcuno; non vuol dire zero. Un totale cresciuto di così pochi dall’ultima volta "
    "che è stato mostrato aspetta che se ne aggiungano altri. La riga sottile di un grafico è l’intervallo al 95 %: "
    "più è lunga, meno la cifra è certa. Un tratto che la attraversa è l’obiettivo. Sotto o accanto a ogni grafico "
    "sta la tabella delle stesse cifre.",
    "promised": "Promesso e risultato",
    "promised_text": "Obiettivi a confronto con i valori: {met} raggiunti, {missed} non raggiunti, {open} che non "
    "si possono giudicare. «Non certo»: l’intervallo comprende l’obiettivo, e i dati non bastano a dirlo con "
    "sicurezza.",
    "no_targets": "Per questo periodo non è stato fissato alcun obiettivo.",
    "chart_promised": "quote e rapporti con il loro intervallo al 95 %; il tratto verticale è l’obiettivo",
    "metric": "Indicatore",
    "period": "Periodo",
    "target": "Obiettivo",
    "value": "Valore",
    "interval": "Intervallo 95 %",
    "outcome": "Esito",
    "met": "raggiunto",
    "missed": "non raggiunto",
    "unsure": "{outcome}, non certo",
    "not_judged": "non giudicabile",
    "households": "Denominatore",
    "excluded": "Esclusi",
    "stability": "Chi resta in casa",
    "stability_text": "Mantenimento e ritorni contano i nuclei entrati in casa abbastanza presto perché l’intero "
    "periodo potesse essere osservato, qualunque ne sia stato l’esito, esclusi i deceduti nel frattempo. La permanenza "
    "conta anche gli altri, finché sono seguiti. I mesi della curva che rivelerebbero singoli nuclei sono riservati.",
    "chart_survival": "quota dei nuclei dopo N mesi dall’ingresso, per i mesi che si possono mostrare",
    "month": "1 mese",
    "months": "{n} mesi",
    "to_date": "dall’inizio",
    "share": "Quota",
    "waiting": "Attesa",
    "waiting_text": "L’attesa media conta soltanto chi è già entrato in una casa, e perciò sembra più breve di "
    "quanto è; quella mediana tiene conto anche di chi aspetta ancora, ciascuno dal giorno dell’inserimento.",
    "chart_enrolled": "per trimestre",
    "quarter": "Trimestre",
    "nights": "Notti in accoglienza temporanea",
    "nights_more": "Per gli stessi nuclei le notti sono di più nei dodici mesi dopo l’inserimento ({after}) che "
    "nei dodici mesi prima ({before}).",
    "nights_less": "Per gli stessi nuclei le notti sono di meno nei dodici mesi dopo l’inserimento ({after}) che "
    "nei dodici mesi prima ({before}).",
    "nights_same": "Per gli stessi nuclei le notti medie prima e dopo l’inserimento sono uguali ({after}).",
    "nights_withheld": "Le notti prima o dopo l’inserimento sono riservate o non ancora osservate.",
    "nights_text": "Non è una misura dell’effetto: i nuclei si inseriscono poco dopo l’inizio della crisi, quindi "
    "l’anno prima contiene poche notti e l’anno dopo anche l’attesa di una casa.",
    "chart_nights": "notti medie per nucleo in accoglienza temporanea, con intervallo al 95 %",
    "others": "Altri indicatori",
    "savings": "Risparmi",
    "savings_text": "Tre metodi rispondono a tre domande diverse e stanno uno accanto all’altro; le cifre valgono "
    "per il programma dall’inizio. Valori negativi sono costi maggiori. L’intervallo dice quanto una stima "
    "oscilla, non quanto il metodo sbaglia.",
    "chart_savings": "risparmio lordo per nucleo in euro, con intervallo al 95 %",
    "method": "Metodo e finestra",
    "gross": "Lordo a nucleo",
    "gross_total": "Lordo in tutto",
    "net": "Netto a nucleo",
    "all_costs": "Benefici/costi",
    "payable": "Pagabile",
    "example": "Illustrativo",
    "about_contract_baseline": "{method}: ciò che il contratto paga. Confronta con un costo concordato, non con "
    "ciò che sarebbe accaduto.",
    "about_comparison_group": "{method}: la stima più vicina all’effetto, su {n} nuclei abbinati alla finestra di "
    "{window} mesi.",
    "about_pre_post": "{method}: distorto. I nuclei si inseriscono poco dopo la loro crisi, e l’anno prima costa "
    "molto meno di quello che sarebbe venuto; il confronto sottostima il risparmio e non va letto come effetto.",
    "zero_in": "A {window} mesi l’intervallo comprende lo zero: i dati non permettono di dire che il programma "
    "abbia fatto risparmiare.",
    "zero_out": "A {window} mesi l’intervallo non comprende lo zero.",
    "is_example": "I suoi valori sono illustrativi.",
    "premium": "Premio",
    "premium_text": "Importi maturati dopo i limiti. Una cifra con + è la somma delle sole righe che si possono "
    "mostrare: le altre si aggiungono, e il totale non si mostra perché le rivelerebbe.",
    "chart_premium": "euro mostrati per trimestre e dall’inizio; il tratto orizzontale è il tetto del contratto; + "
    "vuol dire che altre righe sono riservate",
    "line": "Riga",
    "open": "{period} (aperto)",
    "no_premium": "Nel periodo non c’è alcuna riga di premio.",
    "quality": "Qualità dei dati",
    "quality_text": "{passed} controlli superati, {failed} avvisi; nessun avviso impedisce la pubblicazione. Un "
    "errore l’avrebbe impedita. Le descrizioni sono quelle del file pubblicato, in inglese.",
    "warning": "Avviso",
    "times": "Volte",
    "used": "Consegne usate, con le loro righe: {files}.",
    "file": "{name} ({n})",
    "let_pass": "Una persona ha lasciato passare {name} nonostante {rules}.",
    "examples": "Che cosa è illustrativo",
    "no_examples": "Nulla.",
    "hidden": "Che cosa è riservato",
    "hidden_text": "La soglia è {threshold}: i conteggi da 1 a {below}, e ciò che permetterebbe di ricavarli, non "
    "si mostrano. Cifre riservate e cifre in tutto nel file pubblicato:",
    "hidden_metrics": "In questo rapporto sono riservati: {metrics}.",
    "notes": "Note di metodo",
    "origin": "Origine",
    "file_run": "Elaborazione",
    "code": "Versione del software",
    "built": "Elaborato il",
    "point": "{label}: {value}",
    "point_interval": "{label}: {value}, intervallo da {low} a {high}",
    "point_target": "{text}, obiettivo {target}",
    "name_survival": "Permanenza in casa stabile",
    "name_kept": "Mantenimento e permanenza",
    "chart_kept": "quote a 6, 12 e 24 mesi con intervallo al 95 % e obiettivo",
    "name_still_waiting": "Ancora in attesa",
    "chart_still_waiting": "quota dei nuclei dopo N mesi dalla domanda, per i mesi che si possono mostrare",
    "name_waits": "Attesa di una casa",
    "chart_waits": "giorni, in tutto e per fase, con intervallo al 95 % e obiettivo",
    "in_phase": "{title}, fase {phase}",
    "homes": "Alloggi e inserimenti",
    "name_occupancy": "Alloggi occupati",
    "chart_occupancy": "giorni-alloggio locati su disponibili, per trimestre",
    "name_enrolled": "Nuclei inseriti",
    "name_nights": "Notti prima e dopo",
    "name_premium": "Premio e tetti",
    "by_quarter": "Nel trimestre",
    "so_far": "Dall’inizio",
    "of_contract": "contratto {contract}",
    "from_day": " (dal {day})",
    "ceiling": "Tetto del periodo",
    "ceiling_contract": "Tetto del contratto",
    "paid": "{period} {amount} ({n})",
    "paid_shown": "Importi mostrati (premi)",
    "paid_hidden": "Riservati",
    "limit": "Limite",
    "most": "Al massimo",
    "limits": "I limiti del contratto, nell’ordine in cui si applicano",
    "notes_text": "Di un indicatore con più orizzonti è descritto il primo.",
    "hidden_of": "{table} {hidden} di {every}",
    "phase_from": "dal {day}",
    "matched": "Nuclei",
}
METHODS = {
    "contract_baseline": "Base contrattuale",
    "comparison_group": "Gruppo di confronto",
    "pre_post": "Prima e dopo",
}
UNITS = {"days": "giorni", "nights": "notti", "hours": "ore", "eur_month": "al mese"}
