// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.detect.SettingPolicy;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Machine;
import java.util.Map;
import java.util.Optional;

/**
 * Input for advice on settings.
 *
 * @param settings that may be advised on
 * @param dataBytes of all databases together
 * @param wal how much the write-ahead log grew, by {@link #WAL_BYTES} and {@link #WAL_IMAGES}
 * @param noteFactor off by which a setting is worth a note
 * @param warnFactor off by which it is worth a warning
 */
record SettingNeeds(
    Map<String, Setting> settings,
    Machine machine,
    long dataBytes,
    Optional<Memory.Growth> wal,
    double noteFactor,
    double warnFactor,
    SettingPolicy policy) {

  static final String WAL_BYTES = "walBytes";
  static final String WAL_IMAGES = "walFullPageImages";

  /** The value of a setting that every supported version has. */
  Setting get(String name) {
    var setting = settings.get(name);
    if (setting == null) {
      throw new IllegalArgumentException("The server does not show the setting " + name);
    }
    return setting;
  }

  /** To at least this many bytes, if it is far lower. */
  Optional<SettingAdvice> raise(String name, long bytes, Severity maxSeverity, String why) {
    var now = get(name).bytes();
    return advise(name, now, bytes, (double) bytes / Math.max(1, now), maxSeverity, why);
  }

  /** To at most this many bytes, if it is far higher. */
  Optional<SettingAdvice> lower(String name, long bytes, Severity maxSeverity, String why) {
    var now = get(name).bytes();
    return advise(name, now, bytes, (double) now / Math.max(1, bytes), maxSeverity, why);
  }

  /** To a value within the policy's bounds and the server's; none if it is set to that already. */
  Optional<SettingAdvice> propose(String name, String value, Severity severity, String why) {
    var setting = get(name);
    return setting.isOfTheSession() || setting.means(setting.value(), value)
        ? Optional.empty()
        : Optional.of(setting)
            .filter(s -> s.objection(value).isEmpty() && isWithinBounds(s, value))
            .map(s -> new SettingAdvice(s, value, severity, why));
  }

  private Optional<SettingAdvice> advise(
      String name, long now, long bytes, double off, Severity maxSeverity, String why) {
    if (off < noteFactor) {
      return Optional.empty();
    }
    var setting = get(name);
    var unit = SettingNumber.factor(setting.unit());
    var wanted = clamp(setting, (double) round(bytes) / unit);
    // The bounds can cancel the change, or reverse it.
    var inBytes = (long) (wanted * unit);
    if (Long.signum(inBytes - now) != Long.signum(bytes - now)) {
      return Optional.empty();
    }
    var severity =
        off >= warnFactor && maxSeverity == Severity.WARNING ? maxSeverity : Severity.INFO;
    return propose(name, SettingNumber.format(Math.floor(wanted), setting.unit()), severity, why);
  }

  private double clamp(Setting setting, double wanted) {
    var bounds = Optional.ofNullable(policy.bounds().get(setting.name()));
    var lowest =
        Math.max(
            bound(setting, bounds.flatMap(SettingPolicy.Bounds::min), 0),
            number(setting.min(), setting, 0));
    var highest =
        Math.min(
            bound(setting, bounds.flatMap(SettingPolicy.Bounds::max), Double.MAX_VALUE),
            number(setting.max(), setting, Double.MAX_VALUE));
    return Math.min(highest, Math.max(lowest, wanted));
  }

  private boolean isWithinBounds(Setting setting, String value) {
    var number = SettingNumber.parse(value, setting.unit());
    return number.isEmpty() || number.getAsDouble() == clamp(setting, number.getAsDouble());
  }

  /** The bound of a policy, or the default. */
  private static double bound(Setting setting, Optional<String> bound, double byDefault) {
    return bound.map(text -> bound(setting, text)).orElse(byDefault);
  }

  private static double bound(Setting setting, String text) {
    return SettingNumber.parse(text, setting.unit())
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the bound '%s' of parameter %s is not a number in its unit"
                    .formatted(text, setting.name())));
  }

  private static double number(String text, Setting setting, double otherwise) {
    return SettingNumber.parse(text, setting.unit()).orElse(otherwise);
  }

  /** To about an eighth, so that people read it easily. */
  private static long round(long bytes) {
    var step = Math.max(ByteSize.MB, Long.highestOneBit(Math.max(1, bytes)) / 8);
    return bytes < ByteSize.MB ? bytes : bytes / step * step;
  }
}
