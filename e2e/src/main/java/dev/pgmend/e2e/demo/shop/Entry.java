package dev.pgmend.e2e.demo.shop;

/** A change to a table that the server has acknowledged. */
public record Entry(Book book, Balance change) {}
