// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

/**
 * Progress of a statement.
 *
 * @param percent 0 to 100, of the whole statement
 * @param phase in the server's own words
 */
public record Progress(int percent, String phase) {
  public Progress {
    percent = Math.clamp(percent, 0, 100);
  }
}
