// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.crash;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.pgmend.healing.engine.ActionRunner;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.engine.RunResult;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
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
import java.util.Map;
import java.util.OptionalLong;

/**
 * What one process leaves for the next to carry out, as the operator finds it in Kubernetes.
 *
 * @param action the same in each life
 */
record Order(String action, ConnectionSpec spec, Finding finding, Direction direction) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(
              new SimpleModule()
                  .addSerializer(
                      new StdDelegatingSerializer(
                          Finding.class,
                          new StdConverter<Finding, StoredFinding>() {
                            @Override
                            public StoredFinding convert(Finding finding) {
                              return StoredFinding.of(finding);
                            }
                          }))
                  .addDeserializer(
                      Finding.class,
                      new StdDelegatingDeserializer<>(
                          new StdConverter<StoredFinding, Finding>() {
                            @Override
                            public Finding convert(StoredFinding stored) {
                              return stored.finding();
                            }
                          })));

  /** A finding without optional parts, which the mapper cannot write. */
  record StoredFinding(
      String detector,
      Severity severity,
      Target target,
      String summary,
      Map<String, String> evidence,
      String repair) {
    static StoredFinding of(Finding finding) {
      return new StoredFinding(
          finding.detector(),
          finding.severity(),
          finding.target(),
          finding.summary(),
          finding.evidence(),
          finding.repair().orElse(""));
    }

    Finding finding() {
      return new Finding(detector, severity, target, summary, evidence)
          .fixedBy(repair, !repair.isEmpty());
    }
  }

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
