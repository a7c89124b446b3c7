/** What is wrong with this database? One class per detector; detectors read and never change. */
@NullMarked
package dev.pgmend.healing.detect;

import org.jspecify.annotations.NullMarked;
