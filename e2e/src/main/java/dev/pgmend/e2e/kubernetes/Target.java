package dev.pgmend.e2e.kubernetes;

import java.io.IOException;
import java.nio.file.Path;

/** A cluster to test on. */
public interface Target extends AutoCloseable {
  /** How to reach it. */
  Path kubeconfig();

  /** What it is, for people. */
  String description();

  /**
   * Gives an image to every node.
   *
   * @param archive a Docker archive
   * @throws IOException if that fails, with what was said
   */
  void load(Path archive) throws IOException, InterruptedException;

  @Override
  void close();
}
