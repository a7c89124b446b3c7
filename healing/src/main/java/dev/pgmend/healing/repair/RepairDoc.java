// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.finding.Finding;

/**
 * Documentation of a repair; the pages of docs/repairs are generated from it. Texts are Markdown.
 *
 * @param purpose what it does; the first sentence stands alone in lists
 * @param locks which locks it takes, and who waits for it
 * @param undo how it is undone, or why there is nothing to undo
 * @param risks what can go wrong, and what limits it
 * @param example a finding that it fixes, from which the page shows the statements
 */
public record RepairDoc(String purpose, String locks, String undo, String risks, Finding example) {}
