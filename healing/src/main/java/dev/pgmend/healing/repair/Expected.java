package dev.pgmend.healing.repair;

/**
 * What a repair is expected to bring.
 *
 * @param improvementPercent of what {@code source} names, positive is better
 * @param low lower end of the interval, in the same unit
 * @param high upper end
 * @param source what the number is of and where it comes from
 */
public record Expected(double improvementPercent, double low, double high, String source) {}
