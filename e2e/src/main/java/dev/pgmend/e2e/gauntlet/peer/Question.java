// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import dev.pgmend.healing.finding.Quantities;
import java.util.Collection;
import java.util.Map;

/**
 * The fault that a tool is asked about.
 *
 * @param fault the name of pgmend's finding
 * @param target a part of the text of the finding's target
 * @param thresholds that pgmend uses to find a fault of this size
 */
public record Question(String fault, String target, Map<String, String> thresholds) {
  public Question {
    thresholds = Map.copyOf(thresholds);
  }

  /** A threshold of this fault, or a default if pgmend's was not changed. */
  String threshold(String name, String otherwise) {
    return thresholds.getOrDefault(fault + "." + name, otherwise);
  }

  /** A threshold that is a size, in bytes; the default as Postgres writes it. */
  String size(String name, String otherwise) {
    var set = thresholds.get(fault + "." + name);
    return set == null ? otherwise : Long.toString(Quantities.bytes(set));
  }

  /** A threshold that is a length of time, in seconds. */
  String seconds(String name, String otherwise) {
    var set = thresholds.get(fault + "." + name);
    return set == null ? otherwise : Long.toString(Quantities.duration(set).toSeconds());
  }

  /**
   * @param objects that a tool reports, as pgmend prints its targets
   * @param then the answer if the fault's target is among them
   */
  Answer among(Collection<String> objects, Answer then) {
    return objects.stream().anyMatch(object -> object.contains(target)) ? then : Answer.NOT_FOUND;
  }
}
