package dev.pgmend.e2e.train;

import dev.pgmend.learner.model.ObservedPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The command {@code pgmend train}. */
public final class TrainMain {
  public static void main(String... args) throws IOException, SQLException {
    var plans = new ArrayList<ObservedPlan>();
    int seconds = Integer.parseInt(args[0]);
    for (int major : List.of(18, 17)) {
      try (var server = TrainingServer.start(major)) {
        for (var database : TrainingDatabases.all()) {
          var found =
              server.collect(
                  database,
                  Duration.ofSeconds(seconds),
                  new SplittableRandom(major),
                  InstantSource.system());
          System.out.println(major + " " + database.name() + " " + found.size());
          plans.addAll(found);
          Corpus.write(plans, Path.of(args[1]));
        }
      }
    }
  }
}
