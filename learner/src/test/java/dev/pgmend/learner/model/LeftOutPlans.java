// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Plans of TPC-H on Postgres 17 and 18 that the committed model was not trained on. */
public final class LeftOutPlans {
  private LeftOutPlans() {}

  public static List<ObservedPlan> read() {
    var json = new ObjectMapper();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Objects.requireNonNull(
                        LeftOutPlans.class.getResourceAsStream("left-out.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> parse(json, line)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObservedPlan parse(ObjectMapper json, String line) {
    try {
      return json.readValue(line, ObservedPlan.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
