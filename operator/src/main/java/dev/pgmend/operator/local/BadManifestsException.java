// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.local;

/** The manifests cannot be read or are not valid; the message names the file. */
public final class BadManifestsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadManifestsException(String message) {
    super(message);
  }
}
