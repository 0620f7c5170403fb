#include "services/notifications/domain/smtp_dialogue.h"

#include "gtest/gtest.h"

namespace millwright::notifications {
namespace {

using Stage = SmtpDialogue::Stage;

TEST(SmtpDialogueTest, FollowsAWholeMailInAnyPieces) {
  SmtpDialogue dialogue;
  dialogue.Received("220 hello\r\n");
  dialogue.Sent("EHLO x\r\n");
  dialogue.Received("250-host\r\n250-SIZE 1000\r\n25");
  EXPECT_EQ(dialogue.last().code, 220) << "an unfinished reply is none";
  dialogue.Received("0 HELP\r\n");
  EXPECT_EQ(dialogue.stage(), Stage::kConnect);
  dialogue.Sent("MAIL FROM:<a@b> SIZE=3\r\n");
  EXPECT_EQ(dialogue.stage(), Stage::kSender);
  dialogue.Received("250 OK\r\n");
  dialogue.Sent("RCPT TO:<a@b>\r\n");
  dialogue.Received("250 OK\r\n");
  dialogue.Sent("RCPT TO:<c@d>\r\n");
  dialogue.Received("550-no\r\n550 such mailbox\r\n");
  ASSERT_EQ(dialogue.recipients().size(), 2u);
  EXPECT_EQ(dialogue.recipients()[0].code, 250);
  EXPECT_EQ(dialogue.recipients()[1].code, 550);
  EXPECT_EQ(dialogue.recipients()[1].text, "such mailbox");
  dialogue.Sent("DATA\r\n");
  EXPECT_FALSE(dialogue.message_sent());
  dialogue.Received("354 go\r\n");
  EXPECT_TRUE(dialogue.message_sent());
  EXPECT_EQ(dialogue.message_reply().code, 0);
  dialogue.Received("250 taken\r\n");
  EXPECT_EQ(dialogue.message_reply().code, 250);
  dialogue.Sent("QUIT\r\n");
  dialogue.Received("221 bye\r\n");
  EXPECT_EQ(dialogue.last().code, 250);
  EXPECT_EQ(dialogue.message_reply().code, 250) << "what comes later changes nothing";
}

TEST(SmtpDialogueTest, DataRefused) {
  SmtpDialogue dialogue;
  dialogue.Sent("DATA\r\n");
  dialogue.Received("554 no valid recipients\r\n");
  EXPECT_EQ(dialogue.stage(), Stage::kData);
  EXPECT_FALSE(dialogue.message_sent());
}

TEST(SmtpDialogueTest, GarbageAndEndlessLinesDoNoHarm) {
  SmtpDialogue dialogue;
  dialogue.Received(std::string(1 << 20, 'x'));
  dialogue.Received("\r\nabc\r\n\r\n9\r\n");
  EXPECT_EQ(dialogue.last().code, 0);
}

}  // namespace
}  // namespace millwright::notifications
