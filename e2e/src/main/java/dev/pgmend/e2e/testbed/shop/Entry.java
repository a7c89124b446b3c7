// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

/** A change to a table that the server acknowledged. */
public record Entry(Book book, Balance change) {}
