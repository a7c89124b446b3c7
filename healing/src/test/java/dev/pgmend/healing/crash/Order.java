package dev.pgmend.healing.crash;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.healing.engine.ActionRunner;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.engine.RunResult;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.guard.Limits;
import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.repair.Repairs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What one process leaves for the next to carry out, as the operator finds it in Kubernetes.
 *
 * @param action the same in each life
 */
record Order(String action, ConnectionSpec spec, Finding finding, Direction direction) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OptionalLong VAST = OptionalLong.of(Long.MAX_VALUE / 2);

  static Order read(Path file) {
    try {
      return JSON.readValue(file.toFile(), Order.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Path file) {
    try {
      JSON.writeValue(file.toFile(), this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Begins it, or goes on where the journal ends. */
  RunResult carryOut(Journal journal) {
    return new ActionRunner(new Server(spec), Clock.systemUTC())
        .run(
            action,
            Repairs.planFor(finding).orElseThrow(),
            direction,
            new Limits(0, VAST, Duration.ofMinutes(1), Duration.ofSeconds(30)),
            journal,
            (_, _, _) -> {});
  }
}
