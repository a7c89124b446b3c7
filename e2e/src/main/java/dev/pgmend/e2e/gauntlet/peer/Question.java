package dev.pgmend.e2e.gauntlet.peer;

import java.util.Collection;
import java.util.Map;

/**
 * A fault that a tool is asked about.
 *
 * @param fault the name of pgmend's finding
 * @param target what the finding is about, as its target prints: a part of that text
 * @param thresholds that pgmend was given to find a fault as small as this one
 */
public record Question(String fault, String target, Map<String, String> thresholds) {
  public Question {
    thresholds = Map.copyOf(thresholds);
  }

  /** A threshold of this fault's, or another where pgmend's was left alone. */
  String threshold(String name, String otherwise) {
    return thresholds.getOrDefault(fault + "." + name, otherwise);
  }

  /**
   * @param objects that a tool complains of, as pgmend's targets print
   * @param then what being among them means
   */
  Answer among(Collection<String> objects, Answer then) {
    return objects.stream().anyMatch(object -> object.contains(target)) ? then : Answer.NOT_FOUND;
  }
}
