// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;

/**
 * Holds repairs while the operator that owns the server is busy with it, such as with a switchover.
 * A repair that has begun is cancelled too: the switchover would end it anyway.
 */
@AutoService(Guard.class)
public final class OwnerNotBusy implements Guard {
  @Override
  public String name() {
    return "OwnerNotBusy";
  }

  @Override
  public Answer before(GuardContext context) {
    return context
        .limits()
        .ownerBusy()
        .get()
        .<Answer>map(why -> Answer.hold("the operator that owns this server is busy: " + why))
        .orElse(Answer.PASS);
  }

  @Override
  public Answer during(GuardContext context) {
    return before(context);
  }
}
