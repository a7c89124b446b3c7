// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BalanceTest {
  @Test
  void insertUpdateAndDeleteCancelOut() {
    var sum =
        Balance.inserted(17, 500)
            .plus(Balance.updated(-200))
            .plus(Balance.inserted(17, 300).negated());

    assertThat(sum).isEqualTo(Balance.ZERO);
  }

  @Test
  void detectsAReplacedRow() {
    var expected = Balance.inserted(17, 500);
    var actual = Balance.inserted(18, 500);

    assertThat(new Ledger.Comparison(Book.ORDERS, expected, actual).agrees()).isFalse();
  }

  @Test
  void countsLostRowsOnlyIfThereAreFewer() {
    var one = new Balance(1, 0, 0);
    var three = new Balance(3, 0, 0);

    assertThat(new Ledger.Comparison(Book.ORDERS, three, one).rowsLost()).isEqualTo(2);
    assertThat(new Ledger.Comparison(Book.ORDERS, one, three).rowsLost()).isZero();
  }
}
