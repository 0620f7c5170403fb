#include "common/crypto/crypto.h"

#include "common/crypto/es256.h"
#include "common/crypto/password.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

TEST(CryptoTest, Sha256MatchesTheStandardsExample) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256Stream stream;
  stream.Update("a");
  stream.Update("bc");
  EXPECT_EQ(stream.FinishHex(), Sha256Hex("abc"));
}

TEST(CryptoTest, Base64UrlRefusesWhatNoEncoderWrites) {
  EXPECT_EQ(Base64UrlEncode("\xfb\xff"), "-_8");
  EXPECT_EQ(Base64UrlDecode("-_8"), "\xfb\xff");
  for (const char* bad : {"a", "ab=", "a+/b", "a b"}) EXPECT_EQ(Base64UrlDecode(bad), std::nullopt) << bad;
}

TEST(Es256Test, SignsAndVerifiesAndRefusesEveryFlippedBit) {
  auto key = Es256PrivateKey::Generate();
  ASSERT_TRUE(key.ok());
  std::string signature = *key->Sign("hello");
  ASSERT_EQ(signature.size(), 64u);
  EXPECT_TRUE(key->PublicKey().Verify("hello", signature));
  EXPECT_FALSE(key->PublicKey().Verify("hellp", signature));
  for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string bad = signature;
    bad[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    ASSERT_FALSE(key->PublicKey().Verify("hello", bad)) << bit;
  }
}

TEST(Es256Test, KeysSurviveTheirEncodings) {
  auto key = Es256PrivateKey::Generate();
  auto again = Es256PrivateKey::FromPem(key->ToPem());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->Thumbprint(), key->Thumbprint());
  auto pub = Es256PublicKey::FromCoordinates(key->X(), key->Y());
  ASSERT_TRUE(pub.ok());
  EXPECT_TRUE(pub->Verify("x", *again->Sign("x")));
  EXPECT_FALSE(Es256PublicKey::FromCoordinates(std::string(32, 'x'), std::string(32, 'y')).ok());
  EXPECT_FALSE(Es256PrivateKey::FromPem("garbage").ok());
}

TEST(PasswordTest, OnlyTheRightPasswordVerifiesAndSaltsDiffer) {
  std::string a = *HashPassword("correct horse"), b = *HashPassword("correct horse");
  EXPECT_NE(a, b);
  EXPECT_TRUE(VerifyPassword("correct horse", a));
  EXPECT_FALSE(VerifyPassword("correct horse ", a));
  EXPECT_FALSE(VerifyPassword("correct horse", "garbage"));
}

}  // namespace
}  // namespace millwright
