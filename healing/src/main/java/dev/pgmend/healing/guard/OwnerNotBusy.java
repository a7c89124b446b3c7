package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;

/**
 * Whoever runs the server, such as an operator that switches it over, is left alone meanwhile. What
 * has begun is called off, too: a switchover would cut it off anyway.
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
        .<Answer>map(why -> Answer.hold("whoever runs this server is busy: " + why))
        .orElse(Answer.PASS);
  }

  @Override
  public Answer during(GuardContext context) {
    return before(context);
  }
}
