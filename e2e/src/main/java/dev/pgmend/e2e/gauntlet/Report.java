package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.gauntlet.peer.Opinion;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * How one Postgres came through.
 *
 * @param intervalSeconds between two inspections
 * @param quiet findings above info before any fault was injected; there must be none
 * @param opinions what other tools made of the same faults
 * @param errors requests of the application that failed
 * @param firstError what the first of them was told
 * @param rowsLost rows that the application was promised and the tables do not hold
 * @param booksAgree whether every balance is as the application expects it
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

  long mendable() {
    return outcomes.stream().filter(o -> o.skipped() == null && o.mendable()).count();
  }

  long mended() {
    return outcomes.stream().filter(o -> o.mendable() && o.gone() && o.problem() == null).count();
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
