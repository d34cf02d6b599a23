using System.Net;
using System.Text.RegularExpressions;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;

namespace WebApp.Tests.Platform.Mail;

[Parallelizable(ParallelScope.All)]
public sealed class MailMessagesTests
{
    private const string Token = "abc-_DEF+/=&x";
    private const string Code = "12345678";

    private static readonly AppOptions App = new() { BaseUrl = new("https://id.example.org/base"), Name = "Bits & <Bobs>" };
    private static readonly Occasion Occasion = new(
        new(2026, 3, 14, 10, 26, 0, TimeSpan.FromHours(1)), IPAddress.Parse("2001:db8::7"), "<script>alert(1)</script>\r\nDevice: trusted");

    private static IEnumerable<TestCaseData> All =>
    [
        new(ConfirmEmailMail.Compose(App, Token, Code, 24, Occasion)) { TestName = "ConfirmEmail" },
        new(AccountInvitationMail.Compose(App, Token, Code, 7)) { TestName = "AccountInvitation" },
        new(TestMail.Compose(App)) { TestName = "Test" },
        new(AddressTakenMail.Compose(App)) { TestName = "AddressTaken" },
        new(ResetPasswordMail.Compose(App, Token, Code, 30)) { TestName = "ResetPassword" },
        new(SignInCodeMail.Compose(App, "123456", 10, Occasion)) { TestName = "SignInCode" },
        new(PasswordChangedMail.Compose(App, Occasion, Token)) { TestName = "PasswordChanged" },
        new(SessionReusedMail.Compose(App, "<b>Work</b>\nlaptop", Occasion, Token)) { TestName = "SessionReused" },
        new(CredentialChangedMail.Compose(App, "Your password was changed", "It was changed.", Occasion, Token)) { TestName = "CredentialChanged" },
        new(ChangeEmailMail.Compose(App, Token, Code, 24)) { TestName = "ChangeEmail" },
        new(EmailChangedMail.Compose(App, Occasion, Token, 7)) { TestName = "EmailChanged" },
        new(AccountLockedMail.Compose(App, Occasion)) { TestName = "AccountLocked" },
        new(PasswordSuspendedMail.Compose(App, Occasion)) { TestName = "PasswordSuspended" },
        new(AddressWantedMail.Compose(App)) { TestName = "AddressWanted" },
        new(NewDeviceMail.Compose(App, Occasion, Token)) { TestName = "NewDevice" },
        new(PasswordGuessedAtMail.Compose(App, 20, Occasion.At, Token)) { TestName = "PasswordGuessedAt" },
        new(SessionMovedMail.Compose(App, Occasion, Token)) { TestName = "SessionMoved" },
        new(AlertDigestMail.Compose(App, [(Occasion.At, "<b>ada@example.net</b> signed in on a new device, from 2001:db8::/64.")], 3)) { TestName = "AlertDigest" },
        new(GroupInvitationMail.Compose(App, "<b>ada@example.org</b>", Token, Code, 7)) { TestName = "GroupInvitation" },
        new(GroupRemovedMail.Compose(App, "<b>Choir</b>\nDevice: trusted")) { TestName = "GroupRemoved" },
        new(GroupHandedOverMail.Compose(App, "<b>Choir</b>\nDevice: trusted")) { TestName = "GroupHandedOver" },
    ];

    [TestCaseSource(nameof(All))]
    public void Text_says_all_that_the_html_says(MailContent mail)
    {
        var body = mail.Html[mail.Html.IndexOf("<body", StringComparison.Ordinal)..];
        var words = WebUtility.HtmlDecode(Regex.Replace(body, "<[^>]+>", "\n"))!
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line != "Or open this link:");

        Assert.That(words, Is.Not.Empty.And.All.Matches<string>(line => mail.Text.Contains(line!, StringComparison.Ordinal)));
    }

    [TestCaseSource(nameof(All))]
    public void Nothing_is_fetched_scripted_or_taken_as_markup(MailContent mail) => Assert.Multiple(() =>
    {
        Assert.That(mail.Html, Does.Not.Contain("src=").And.Not.Contain("url(").And.Not.Contain("<link").And.Not.Contain("<style").And.Not.Contain("<script"));
        Assert.That(mail.Html, Does.Not.Contain("<Bobs>").And.Not.Contain("<b>"));
        Assert.That(mail.Text, Does.Not.Contain("\r").And.Not.Contain("\nDevice: trusted").And.Not.Contain("\nlaptop"));
        Assert.That(Links(mail), Is.Not.Empty.And.All.StartsWith("https://id.example.org/base/"));
    });

    [Test]
    public void Confirmation_carries_link_code_and_how_long_they_work()
    {
        var mail = ConfirmEmailMail.Compose(App, Token, Code, 24, Occasion);

        Assert.That(Links(mail), Does.Contain("https://id.example.org/base/confirm-email?token=abc-_DEF%2B%2F%3D%26x"));
        Assert.That(mail.Text.Split('\n'), Does.Contain("Code: 12345678"));
        Assert.That(mail.Text, Does.Contain("24 hours"));
        Assert.That(mail.Html, Does.Contain("href=\"https://id.example.org/base/confirm-email?token=abc-_DEF%2B%2F%3D%26x\"").And.Contain(">12345678<"));
    }

    [Test]
    public void Reset_carries_link_code_and_how_long_they_work()
    {
        var mail = ResetPasswordMail.Compose(App, Token, Code, 1);

        Assert.That(Links(mail), Does.Contain("https://id.example.org/base/reset-password?token=abc-_DEF%2B%2F%3D%26x"));
        Assert.That(mail.Text.Split('\n'), Does.Contain("Code: 12345678"));
        Assert.That(mail.Text, Does.Contain("1 minute."));
    }

    [Test]
    public void Warnings_say_when_and_where_and_what_to_do()
    {
        foreach (var mail in new[] { PasswordChangedMail.Compose(App, Occasion, Token), SessionReusedMail.Compose(App, "Laptop", Occasion, Token) })
        {
            Assert.That(mail.Text.Split('\n'), Does.Contain("When: 14 March 2026, 09:26 UTC").And.Contain("Address: 2001:db8::7"));
            Assert.That(Links(mail), Does.Contain("https://id.example.org/base/not-me?token=abc-_DEF%2B%2F%3D%26x"));
        }
    }

    [Test]
    public void Taken_address_is_shown_the_ways_in() =>
        Assert.That(Links(AddressTakenMail.Compose(App)), Is.SupersetOf(["https://id.example.org/base/login", "https://id.example.org/base/forgot-password"]));

    /// <summary>Links stand alone on their line.</summary>
    private static IEnumerable<string> Links(MailContent mail) => mail.Text.Split('\n').Where(line => line.StartsWith("http", StringComparison.Ordinal));
}
