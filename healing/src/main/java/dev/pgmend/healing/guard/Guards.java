// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import dev.pgmend.healing.repair.RepairPlan;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** All guards there are. */
public final class Guards {
  private static final List<Guard> ALL =
      ServiceLoader.load(Guard.class, Guards.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(Guard::name))
          .toList();

  private Guards() {}

  /** The guard that holds a repair, and why. */
  public record Held(String guard, String why) {}

  /** The names of the guards that are asked about a plan, sorted. */
  public static List<String> concerning(RepairPlan plan) {
    return ALL.stream().filter(guard -> guard.concerns(plan)).map(Guard::name).toList();
  }

  /** The first guard that holds before a statement; empty if all let it pass. */
  public static Optional<Held> before(GuardContext context) {
    return ask(context, Guard::before);
  }

  /** The same, while a statement runs. */
  public static Optional<Held> during(GuardContext context) {
    return ask(context, Guard::during);
  }

  @FunctionalInterface
  private interface Question {
    Answer put(Guard guard, GuardContext context) throws SQLException;
  }

  private static Optional<Held> ask(GuardContext context, Question question) {
    return ALL.stream()
        .filter(guard -> guard.concerns(context.plan()))
        .flatMap(guard -> held(guard, context, question).stream())
        .findFirst();
  }

  private static Optional<Held> held(Guard guard, GuardContext context, Question question) {
    try {
      return switch (question.put(guard, context)) {
        case Answer.Pass _ -> Optional.empty();
        case Answer.Hold hold -> Optional.of(new Held(guard.name(), hold.why()));
      };
    } catch (SQLException e) {
      // A guard that cannot be checked counts as one that holds.
      return Optional.of(
          new Held(guard.name(), "the guard could not be checked: " + e.getMessage()));
    }
  }
}
