// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Immutable copies that keep the order of what was written; absent becomes empty. */
final class Copies {
  private Copies() {}

  /** The elements in their order, or none. */
  static <T> List<T> list(@Nullable List<T> elements) {
    return elements == null ? List.of() : List.copyOf(elements);
  }

  /** The entries in their order, or none; {@code Map.copyOf} would shuffle them. */
  static <K, V> Map<K, V> map(@Nullable Map<K, V> entries) {
    return entries == null || entries.isEmpty()
        ? Map.of()
        : Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }
}
