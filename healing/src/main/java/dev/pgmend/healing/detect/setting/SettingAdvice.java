package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.finding.Severity;

/**
 * That a setting should have another value.
 *
 * @param proposed as it goes into SQL between quotes; empty if no value of this setting would mend
 *     it
 * @param why half a sentence with the numbers
 */
record SettingAdvice(Setting setting, String proposed, Severity severity, String why) {}
