// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

/** The worst possible outcome. */
public enum Risk {
  /** Changes no object that a query depends on. */
  LOW,
  /** Builds or replaces an object, without blocking reads or writes. */
  MEDIUM,
  /** Takes something away that might be missed. */
  HIGH
}
