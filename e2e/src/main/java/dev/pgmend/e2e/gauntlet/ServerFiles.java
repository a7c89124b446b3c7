// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.nio.file.Path;

/**
 * The files of a server that was started here.
 *
 * @param data its data directory
 * @param programs below which its programs are
 */
public record ServerFiles(Path data, Path programs) {}
