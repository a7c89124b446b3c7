// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.finding.Severity;

/**
 * A better value of a setting.
 *
 * @param proposed as it goes into SQL between quotes; empty if no value of this setting would help
 * @param why half a sentence with the numbers
 */
record SettingAdvice(Setting setting, String proposed, Severity severity, String why) {}
