# Pages that document objects and conditions, not functions: what is in them, with types and units. tools/manual.R holds
# their lists against real objects.

#' The wells: what is in a `cq_data`
#'
#' One row a well and target, the same columns whatever the wells came from. It is what [cq_read()], [cq_data()] and
#' [cq_fit_curves()] make, and what [ddcq()] and nearly everything else takes.
#'
#' @format A data frame of class `cq_data`. Nine columns are always there:
#'   \describe{
#'     \item{`run`}{(text) The plate. `"run1"` where nothing names it.}
#'     \item{`well`}{(text) The position, as in `A01` or `P24`; `NA` where the source has none.}
#'     \item{`sample`}{(text) One cDNA. Rows that share run, sample and target are technical replicates.}
#'     \item{`target`}{(text) The assay.}
#'     \item{`task`}{(factor) `unknown` (a sample of the experiment), `standard` (a point of a dilution series),
#'       `calibrator` (measured in several runs), `ntc` (without template), `nrt` (without reverse transcriptase) or
#'       `positive` (positive control).}
#'     \item{`state`}{(factor) `quantified` (there is a Cq), `nondetect` (it ran and nothing was found: the quantity
#'       lies below what the last cycle can show), `excluded` (taken out, with a reason in `note`) or `missing` (not
#'       measured). They are never merged.}
#'     \item{`cq`}{(number) The quantification cycle, in cycles; `NA` without one. An excluded well keeps its Cq.}
#'     \item{`quantity`}{(number) Input of a standard, in the unit of its series: copies, ng, or a dilution.}
#'     \item{`note`}{(text) Why a well is excluded.}
#'   }
#'   Further columns are those of the source (`dye`, `tm` in degrees Celsius, `flags`, ...; see [cq_read()]), of the
#'   sample sheet (`treatment`, `passage`, ...; see [cq_design()]), and what a step left: `cq_measured` (cycles, the Cq
#'   before [cq_calibrate()] or [cq_normalise()]) and the columns of [cq_fit_curves()].
#'
#'   Attributes:
#'   \describe{
#'     \item{`log`}{(data frame) What [cq_log()] shows.}
#'     \item{`cycles`}{(number) The last cycle, at which a non-detect is censored.}
#'     \item{`runs`}{(text) `"replicate"` or `"same"`, where a sample stands in several runs; see [cq_data()].}
#'     \item{`calibration`}{(`cq_calibration`) What [cq_calibration()] shows, of calibrated data.}
#'     \item{`known`}{The rows as the package last saw them, by which it finds what other tools changed.}
#'   }
#' @details It is a data frame and can be handled as one. Rows that were removed, added or changed with other tools are
#'   found when the data are next used, and written into the log. Without one of the nine columns it is a plain data
#'   frame and no `cq_data`. [as.data.frame()] gives the columns without class and attributes.
#' @seealso [plot()][plot.cq_data] draws the plate, printing counts tasks, states and targets; [cq_log()] tells what
#'   happened.
#' @family objects
#' @name cq_data-object
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' str(as.data.frame(x))
#' # the four states, by task
#' table(x$task, x$state)
#' # with other tools: the class and the log go along
#' myc <- subset(x, target == "MYC" & task == "unknown")
#' class(myc)
#' tail(as.data.frame(cq_log(myc)), 1)
NULL

#' Efficiencies: what is in a `cq_efficiency`
#'
#' One row a target: how much a cycle multiplies, how well that is known, and from where. [cq_efficiency()],
#' [cq_standard_curve()] and [cq_curve_efficiency()] make it, and `efficiency = ` takes it wherever it is asked for.
#'
#' @format A data frame of class `cq_efficiency`. Eight columns are always there:
#'   \describe{
#'     \item{`target`}{(text) The assay, once.}
#'     \item{`efficiency`}{(number) The amplification factor per cycle: 2 is doubling, 1.95 what some call 95 %. `NA`
#'       where it could not be estimated.}
#'     \item{`std.error`}{(number) Its standard error, in the same unit. `NA`: not known, which counts as none.}
#'     \item{`df`}{(number) Degrees of freedom behind the standard error. `NA` counts as infinite.}
#'     \item{`conf.low`, `conf.high`}{(number) Its interval, in the same unit. That of a curve is the interval of the
#'       slope, transformed, and not symmetric.}
#'     \item{`source`}{(text) `"given"`, `"standard curve (by point)"`, `"standard curve (by well)"`,
#'       `"standard curve (serial dilution)"` or `"window of linearity"`.}
#'     \item{`shared`}{(text) The estimate that a row rests on where several targets rest on one: their errors are then
#'       one error. `NA`: its own.}
#'   }
#'   [cq_standard_curve()] and [cq_curve_efficiency()] add columns, which their pages list. Attributes: `default`
#'   (number), the efficiency of targets that have no row; of a curve `level` (number), `by_run` (data frame: `target`,
#'   `run`, `intercept` in cycles) and the `log` of the wells.
#' @details A fit takes log2 of the factor as the weight of a cycle, and `std.error / (efficiency * log(2))` as the
#'   error of that weight.
#' @family objects
#' @family efficiency
#' @name cq_efficiency-object
#' @examples
#' curves <- cq_standard_curve(cq_data(anastrozole_plate, na = "nondetect"))
#' as.data.frame(curves)[c("target", "efficiency", "std.error", "df", "conf.low", "conf.high")]
#' # tables may be put together by hand: measured ones, and one from a paper
#' known <- cq_efficiency("TBP", 1.91, std.error = 0.02, df = 3)
#' both <- rbind(as.data.frame(curves)[names(known)], as.data.frame(known))
#' cq_efficiency(both$target, both$efficiency, both$std.error, both$df)
NULL

#' A fit: what is in a `ddcq`
#'
#' What [ddcq()], [ddcq_ratio()], [ddcq_interaction()] and [ddcq_moderate()] give back. [print()][print.ddcq] and
#' [plot()][plot.ddcq] show it, [tidy()][ddcq-tables] and its kin take the tables out.
#'
#' @format A list of class `ddcq`:
#'   \describe{
#'     \item{`results`}{(data frame) One row a target and contrast:
#'       \describe{
#'         \item{`target`, `contrast`}{(text) What is compared: `"anastrozole vs vehicle"`.}
#'         \item{`estimate`}{(number) The log2 fold change: 1 is twice, -1 half as much.}
#'         \item{`std.error`, `df`, `statistic`}{(number) Its standard error (log2), degrees of freedom, and t.}
#'         \item{`p.value`, `conf.low`, `conf.high`}{(number) The p-value of no change, and the interval (log2) at
#'           `spec$level`, of the same model, unadjusted.}
#'         \item{`fold_change`, `fold_low`, `fold_high`}{(number) 2^ of the estimate and of the limits.}
#'         \item{`adj.p.value`, `adj.conf.low`, `adj.conf.high`}{(number) Adjusted for the rows of the table; limits in
#'           log2, `NA` for `"BH"`.}
#'         \item{`n`, `n_control`}{(integer) Units on either side.}
#'         \item{`note`}{(text) What to know of the row; `""` if nothing.}
#'       }
#'     }
#'     \item{`samples`}{(data frame) One row a unit and target, references too:
#'       \describe{
#'         \item{the unit, the factors and covariates of the formula}{under their own names; `sample`, unless `unit`
#'           names another column.}
#'         \item{`target`}{(factor)}
#'         \item{`n_samples`, `n_wells`}{(integer) What the value is a mean of.}
#'         \item{`cq`}{(number) Mean Cq, in cycles.}
#'         \item{`dcq`}{(number) Target minus references, each Cq times log2 of its efficiency: log2 units.}
#'         \item{`ddcq`}{(number) The same against the mean of the control's units, log2 units.}
#'         \item{`log2_quantity`, `log2_relative`}{(number) `-dcq` and `-ddcq`.}
#'         \item{`relative`}{(number) Fold of the control's mean, 2^ of `log2_relative`.}
#'       }
#'     }
#'     \item{`spec`}{(list) What was asked for and what was decided; see below.}
#'     \item{`log`}{(data frame) The log of the wells and what the fit left out; [cq_log()] shows it.}
#'     \item{`model`, `parts`}{What methods calculate with. Not for use outside: they may change.}
#'   }
#'
#'   `spec` has
#'   \describe{
#'     \item{`call`, `formula`}{The call, and the formula as given.}
#'     \item{`factor`, `by`}{(text) The factors that are compared, and those within whose levels.}
#'     \item{`levels`, `control`, `control_cells`}{(text) The groups, the control's first; the control as given; the
#'       groups that are it.}
#'     \item{`blocks`, `covariates`, `random`}{(text) The other terms of the formula.}
#'     \item{`targets`, `reference`}{(text)}
#'     \item{`efficiency`}{(data frame) `target`, `efficiency`, `std.error`, `df`, `conf.low`, `conf.high`, `source`:
#'       what was used. `source` is `"default"` for a target without a row.}
#'     \item{`variance`, `variance_asked`}{(text) `"welch"`, `"pooled"` or `"mixed"`, and what was asked for.}
#'     \item{`contrasts`}{(matrix) Weights, groups by contrasts.}
#'     \item{`adjust`, `level`, `unit`, `weights`, `ddf`, `replicates`, `reference_runs`}{The arguments of these names.}
#'     \item{`ignored`}{(text) The argument `ignore`.}
#'     \item{`n_units`, `group_size`}{(integer) Units with a value, in all and by group.}
#'     \item{`dropped`}{(data frame) `sample`, `target`, `reason`: what has no value, and why.}
#'     \item{`simulated`}{(flag) Do the data say that they are simulated?}
#'     \item{`warnings`}{(text) The doubts, as they were said.}
#'   }
#'   A ratio has, besides, `ratio` (text: numerator, denominator), an interaction `interaction` and `sentences` (text),
#'   a moderated fit `moderation` (data frame; see [ddcq_moderate()]).
#' @family objects
#' @family model
#' @name ddcq-object
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' str(fit$results)
#' str(fit$samples)
#' # what was decided
#' fit$spec[c("variance_asked", "variance", "unit", "n_units")]
#' fit$spec$contrasts
NULL

#' Errors and warnings by class
#'
#' Every error that the package raises has the class `ddcq_error` and one more that says of which kind it is; every
#' warning has `ddcq_warning` and one more. A script can so tell them apart with [tryCatch()], and need not read the
#' text, which may change.
#'
#' @format Errors:
#'   \describe{
#'     \item{`ddcq_error_argument`}{An argument of the wrong type, outside its range, or with a name that does not
#'     occur.}
#'     \item{`ddcq_error_calibration`}{Runs that cannot be brought to one scale: no calibrator, or none that links
#'     them.}
#'     \item{`ddcq_error_column`}{A column that is not there.}
#'     \item{`ddcq_error_control`}{`control` is missing, unknown, or a level of two factors.}
#'     \item{`ddcq_error_curve`}{No standards, or none of these targets.}
#'     \item{`ddcq_error_data`}{Rows that cannot be: a Cq below 0 or beyond the last cycle, a well twice; too few of
#'     them.}
#'     \item{`ddcq_error_design`}{The sample sheet: a sample without a row, a value that is missing, samples that a
#'       column groups and the formula does not name.}
#'     \item{`ddcq_error_efficiency`}{`efficiency` is missing, is another way to write the number, or lacks a target.}
#'     \item{`ddcq_error_file`}{A file or folder that is not there, or cannot be read.}
#'     \item{`ddcq_error_fit`}{A fit of a kind that cannot be asked this.}
#'     \item{`ddcq_error_format`}{A file in no layout that is known.}
#'     \item{`ddcq_error_formula`}{`formula` is missing, or a term of it cannot be taken.}
#'     \item{`ddcq_error_package`}{A suggested package, pandoc or LaTeX is needed and not there.}
#'     \item{`ddcq_error_reference`}{`reference` is missing, unknown, or leaves no target.}
#'     \item{`ddcq_error_stability`}{Too few candidates, or too few samples that have them.}
#'     \item{`ddcq_error_target`}{A target, named on the command line, that the wells do not have.}
#'     \item{`ddcq_error_usage`}{The command line: an option that is unknown, missing, or has a wrong value. It is
#'       told there, and shows as an exit code ([ddcq_cli()]).}
#'   }
#'   Warnings:
#'   \describe{
#'     \item{`ddcq_warning_boot`}{A bootstrap of few units.}
#'     \item{`ddcq_warning_calibration`}{Offsets of runs whose error cannot be estimated.}
#'     \item{`ddcq_warning_curve`}{What to look at in a standard curve.}
#'     \item{`ddcq_warning_data`}{What was repaired or taken on trust in a file or a table.}
#'     \item{`ddcq_warning_fit`}{What to look at before a fit is relied on.}
#'   }
#' @details What concerns one row of a table is no condition: the row has `NA` and a note, and the others stand. A
#'   message says first what must hold and what came, then (`x`) which rows or names, then (`i`) what to do.
#' @family objects
#' @name ddcq-conditions
#' @examples
#' x <- cq_data(livak2001)
#' # no efficiency was given
#' said <- tryCatch(
#'   ddcq(x, ~tissue, reference = "GAPDH", control = "brain"),
#'   ddcq_error_efficiency = function(e) conditionMessage(e)
#' )
#' cat(said)
NULL
