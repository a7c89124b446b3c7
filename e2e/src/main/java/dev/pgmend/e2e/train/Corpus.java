// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.learner.model.ObservedPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Observed plans in a file: one JSON object per line, compressed. */
final class Corpus {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Corpus() {}

  static void write(List<ObservedPlan> plans, Path file) throws IOException {
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (var plan : plans) {
        out.write(JSON.writeValueAsBytes(plan));
        out.write('\n');
      }
    }
  }

  static List<ObservedPlan> read(Path file) throws IOException {
    var plans = new ArrayList<ObservedPlan>();
    try (var in = new GZIPInputStream(Files.newInputStream(file));
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        plans.add(JSON.readValue(line, ObservedPlan.class));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return plans;
  }
}
