/** Readings of the system catalogs and of page statistics that detectors share. */
@NullMarked
package dev.pgmend.healing.detect.catalog;

import org.jspecify.annotations.NullMarked;
