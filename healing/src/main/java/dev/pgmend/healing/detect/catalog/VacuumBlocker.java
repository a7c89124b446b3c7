// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.catalog;

import dev.pgmend.healing.finding.Finding;

/** Whether one finding is why vacuum could not prevent another. */
public final class VacuumBlocker {
  private VacuumBlocker() {}

  public static boolean by(Finding holder, Finding other) {
    return holder.target().toString().equals(other.evidence().get(VacuumHorizon.HOLDER));
  }
}
