package dev.pgmend.healing.detect;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What earlier inspections of one server saw and later ones compare against. Losing it loses
 * nothing but the comparison: it is learnt anew.
 */
public final class Memory {
  private final ConcurrentMap<String, Double> lowest = new ConcurrentHashMap<>();

  /** Notes a value and returns the lowest ever noted under this name, this one included. */
  public double lowest(String name, double value) {
    return lowest.merge(name, value, Math::min);
  }
}
