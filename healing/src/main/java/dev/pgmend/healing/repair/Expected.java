// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

/**
 * Expected improvement by a repair.
 *
 * @param improvementPercent of what {@code source} names, positive is better
 * @param low lower end of the interval, in the same unit
 * @param high upper end
 * @param source what the number is of and where it comes from
 */
public record Expected(double improvementPercent, double low, double high, String source) {}
