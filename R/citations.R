# The papers that methods are cited by. Each entry was held against two sources.

# keys: names of citation_parts(), and "ddcq", "R", "lme4", "lmerTest", which cite themselves. A bibentry.
citations <- function(keys) {
  own <- list(ddcq = function() own_citation("ddcq")[1], R = function() own_citation("base"),
              lme4 = function() own_citation("lme4"), lmerTest = function() own_citation("lmerTest"))
  parts <- citation_parts()
  entries <- lapply(unique(keys), function(key) {
    entry <- if (is.null(own[[key]])) do.call(utils::bibentry, parts[[key]]) else own[[key]]()
    entry$key <- key
    entry$header <- entry$footer <- NULL
    entry
  })
  do.call(c, entries)
}

own_citation <- function(package) {
  suppressWarnings(utils::citation(package))
}

# authors: "Given Family" joined by ";", a family name of several words after a comma: "Katleen, De Preter".
article <- function(authors, title, journal, year, volume, pages, doi = NULL, number = NULL) {
  parts <- list(
    bibtype = "Article", author = do.call(c, lapply(strsplit(authors, "; *")[[1]], one_author)), title = title,
      journal = journal, year = year, volume = volume,
    pages = pages, doi = doi, number = number
  )
  parts[!vapply(parts, is.null, NA)]
}

one_author <- function(name) {
  if (name == "others") {
    return(utils::person(family = "others"))
  }
  split <- if (grepl(",", name)) strsplit(name, ", *")[[1]] else c(sub(" [^ ]+$", "", name), sub("^.* ", "", name))
  utils::person(given = strsplit(split[1], " ")[[1]], family = split[2])
}

citation_parts <- function() {
  c(citation_quantities(), citation_statistics())
}

citation_quantities <- function() {
  list(
    livak2001 = article(
      "Kenneth J. Livak; Thomas D. Schmittgen", paste(
        "Analysis of Relative Gene Expression Data Using Real-Time Quantitative PCR and the 2^(-Delta Delta C(T))",
        "Method"
      ), "Methods", "2001", "25", "402--408", "10.1006/meth.2001.1262", "4"
    ),
    pfaffl2001 = article(
      "Michael W. Pfaffl", "A New Mathematical Model for Relative Quantification in Real-Time RT-PCR",
      "Nucleic Acids Research", "2001", "29", "e45", "10.1093/nar/29.9.e45", "9"
    ),
    vandesompele2002 = article(
      paste(
        "Jo Vandesompele; Katleen, De Preter; Filip Pattyn; Bruce Poppe; Nadine, Van Roy; Anne, De Paepe;",
        "Frank Speleman"
      ), paste(
        "Accurate Normalization of Real-Time Quantitative RT-PCR Data by Geometric Averaging of Multiple Internal",
        "Control Genes"
      ), "Genome Biology", "2002", "3", "research0034", "10.1186/gb-2002-3-7-research0034"
    ),
    hellemans2007 = article(
      "Jan Hellemans; Geert Mortier; Anne, De Paepe; Frank Speleman; Jo Vandesompele", paste(
        "qBase Relative Quantification Framework and Software for Management and Automated Analysis of Real-Time",
        "Quantitative PCR Data"
      ), "Genome Biology", "2007", "8", "R19", "10.1186/gb-2007-8-2-r19"
    ),
    bustin2009 = article(
      "Stephen A. Bustin; Vladimir Benes; Jeremy A. Garson; others", paste(
        "The MIQE Guidelines: Minimum Information for Publication of Quantitative Real-Time PCR Experiments"
      ), "Clinical Chemistry", "2009", "55", "611--622", "10.1373/clinchem.2008.112797", "4"
    ),
    bustin2025 = article(
      "Stephen A. Bustin; Jan M. Ruijter; Maurice J. B., van den Hoff; others", paste(
        "MIQE 2.0: Revision of the Minimum Information for Publication of Quantitative Real-Time PCR",
        "Experiments Guidelines"
      ), "Clinical Chemistry", "2025", "71", "634--651", "10.1093/clinchem/hvaf043", "6"
    )
  )
}

citation_statistics <- function() {
  list(
    welch1947 = article(
      "B. L. Welch",
      "The Generalization of `Student's' Problem when Several Different Population Variances are Involved",
      "Biometrika", "1947", "34", "28--35"
    ),
    satterthwaite1946 = article(
      "F. E. Satterthwaite", "An Approximate Distribution of Estimates of Variance Components", "Biometrics Bulletin",
      "1946", "2", "110--114", "10.2307/3002019"
    ),
    holm1979 = article(
      "Sture Holm", "A Simple Sequentially Rejective Multiple Test Procedure", "Scandinavian Journal of Statistics",
      "1979", "6", "65--70"
    ),
    benjamini1995 = article(
      "Yoav Benjamini; Yosef Hochberg",
      "Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple Testing",
      "Journal of the Royal Statistical Society B", "1995", "57", "289--300", "10.1111/j.2517-6161.1995.tb02031.x"
    ),
    schuirmann1987 = article(
      "Donald J. Schuirmann", paste(
        "A Comparison of the Two One-Sided Tests Procedure and the Power Approach for Assessing the Equivalence of",
        "Average Bioavailability"
      ), "Journal of Pharmacokinetics and Biopharmaceutics", "1987", "15", "657--680", "10.1007/BF01068419", "6"
    )
  )
}

# How a paper is named in the text.
cite <- function(keys) {
  words <- c(
    livak2001 = "Livak and Schmittgen 2001", pfaffl2001 = "Pfaffl 2001", vandesompele2002 = "Vandesompele et al. 2002",
    hellemans2007 = "Hellemans et al. 2007", bustin2009 = "Bustin et al. 2009", bustin2025 = "Bustin et al. 2025",
    welch1947 = "Welch 1947", satterthwaite1946 = "Satterthwaite 1946", holm1979 = "Holm 1979",
    benjamini1995 = "Benjamini and Hochberg 1995", schuirmann1987 = "Schuirmann 1987", lme4 = "Bates et al. 2015",
    lmerTest = "Kuznetsova et al. 2017"
  )
  paste0("(", paste(words[keys], collapse = "; "), ")")
}
