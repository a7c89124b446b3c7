/** The command line, and the operator's main. */
@NullMarked
package dev.pgmend.operator.cli;

import org.jspecify.annotations.NullMarked;
