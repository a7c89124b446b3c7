// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** What happens to a repair if there was too little traffic to measure its effect. */
public enum NotEnoughTraffic {
  /** It stays. */
  Keep,
  /** It is undone. */
  Undo
}
