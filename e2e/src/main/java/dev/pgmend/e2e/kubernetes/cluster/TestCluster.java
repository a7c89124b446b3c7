// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.cluster;

import java.io.IOException;
import java.nio.file.Path;

/** A Kubernetes cluster for the test. */
public interface TestCluster extends AutoCloseable {
  /** The kubeconfig of the cluster. */
  Path kubeconfig();

  /** A description for people. */
  String description();

  /**
   * Loads an image onto every node.
   *
   * @param archive a Docker archive
   * @throws IOException if that fails, with the output of the command
   */
  void load(Path archive) throws IOException, InterruptedException;

  @Override
  void close();
}
