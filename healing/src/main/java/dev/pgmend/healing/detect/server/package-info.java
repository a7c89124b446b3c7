/** Detectors of faults of the server and its sessions. */
@NullMarked
package dev.pgmend.healing.detect.server;

import org.jspecify.annotations.NullMarked;
