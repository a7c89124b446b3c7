// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A cluster that already exists.
 *
 * @param loader the command that loads an archive, its last argument, onto the nodes, such as
 *     {@code kind load image-archive}; empty if the nodes have the images anyway
 */
public record GivenCluster(Path kubeconfig, List<String> loader) implements TestCluster {
  public GivenCluster {
    loader = List.copyOf(loader);
  }

  @Override
  public String description() {
    return "the cluster of " + kubeconfig;
  }

  @Override
  public void load(Path archive) throws IOException, InterruptedException {
    if (loader.isEmpty()) {
      return;
    }
    var command = new ArrayList<>(loader);
    command.add(archive.toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      var printed = output.readAllAsString();
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + printed);
      }
    }
  }

  /** Does nothing: the cluster existed before the test. */
  @Override
  public void close() {}
}
