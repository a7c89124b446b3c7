/** Detectors of settings that do not fit the machine, the workload or the policy. */
@NullMarked
package dev.pgmend.healing.detect.setting;

import org.jspecify.annotations.NullMarked;
