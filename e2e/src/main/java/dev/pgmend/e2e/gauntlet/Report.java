// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.gauntlet.peer.Opinion;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * The results of all faults on one Postgres.
 *
 * @param intervalSeconds between two inspections
 * @param quiet findings above Info before the first fault; there must be none
 * @param opinions what other tools report about the same faults
 * @param errors requests of the application that failed
 * @param firstError the error message of the first of them
 * @param rowsLost committed rows that the tables do not contain
 * @param booksAgree whether every balance equals the application's records
 */
record Report(
    String postgres,
    long intervalSeconds,
    List<String> quiet,
    List<Outcome> outcomes,
    List<Opinion> opinions,
    long requests,
    long errors,
    String firstError,
    long rowsLost,
    boolean booksAgree) {

  Report {
    quiet = List.copyOf(quiet);
    outcomes = List.copyOf(outcomes);
    opinions = List.copyOf(opinions);
  }

  boolean ok() {
    return quiet.isEmpty()
        && outcomes.stream().allMatch(Outcome::ok)
        && errors == 0
        && rowsLost == 0
        && booksAgree;
  }

  long tried() {
    return outcomes.stream().filter(outcome -> outcome.skipped() == null).count();
  }

  long found() {
    return outcomes.stream().filter(Outcome::found).count();
  }

  long repairable() {
    return outcomes.stream().filter(o -> o.skipped() == null && o.repairable()).count();
  }

  long repaired() {
    return outcomes.stream().filter(o -> o.repairable() && o.gone() && o.problem() == null).count();
  }

  /** 95th percentile of the time to detection in seconds; 0 if nothing was found. */
  double detectSeconds95() {
    var seconds =
        outcomes.stream()
            .mapMulti((Outcome outcome, Consumer<Double> sink) -> {
              if (outcome.detectSeconds() != null) {
                sink.accept(outcome.detectSeconds());
              }
            })
            .mapToDouble(Double::doubleValue)
            .toArray();
    return seconds.length == 0 ? 0 : Quantile.withDefaults().evaluate(seconds, 0.95);
  }
}
