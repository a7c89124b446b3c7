// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * An image that was built.
 *
 * @param application name of the application
 * @param reference the image's name with its tag
 * @param digest {@code sha256:...}
 * @param archive the archive; empty if the image was pushed
 */
public record BuiltImage(
    String application, String reference, String digest, Optional<Path> archive, Duration took) {

  /** The name without the tag. */
  public String repository() {
    return reference.substring(0, reference.lastIndexOf(':'));
  }

  /** The tag. */
  public String tag() {
    return reference.substring(reference.lastIndexOf(':') + 1);
  }
}
