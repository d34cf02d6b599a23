using System.Reflection;
using WebApp.Features.Accounts;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Groups;
using WebApp.Features.Lockout;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Mail;

/// <summary>The table of kinds against the mails and secrets there are.</summary>
public sealed class MailKindTests() : OwnApp
{
    private static readonly string[] AllKinds =
        [.. typeof(SignInCodeMail).Assembly.GetTypes().Where(type => type.Namespace == typeof(SignInCodeMail).Namespace)
            .Select(type => type.GetField("Kind", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue()).OfType<string>()];

    [Test]
    public void Every_mail_there_is_has_a_priority_and_a_lifetime_in_the_table()
    {
        Assert.That(AllKinds, Has.Length.GreaterThan(15));
        Assert.That(MailKind.Known, Is.EquivalentTo(AllKinds));
    }

    [Test]
    public void A_kind_that_is_not_listed_is_a_notice_that_does_not_expire() =>
        Assert.That(MailKind.Find("many_addresses"), Is.EqualTo(new MailKind("Many addresses", MailPriority.Notice)));

    [Test]
    public void A_mail_is_worth_sending_as_long_as_its_link_or_code_works()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(MailKind.Find(SignInCodeMail.Kind).Lifetime, Is.EqualTo(EmailCodeFactor.Lifetime));
            Assert.That(MailKind.Find(ResetPasswordMail.Kind).Lifetime, Is.EqualTo(TimeSpan.FromMinutes(PasswordReset.LinkMinutes)));
            Assert.That(MailKind.Find(AccountInvitationMail.Kind).Lifetime, Is.EqualTo(UserCreation.InvitationLifetime));
            Assert.That(MailKind.Find(GroupInvitationMail.Kind).Lifetime, Is.EqualTo(GroupInvitation.Lifetime));
            Assert.That(
                new[]
                {
                    AccountAdministeredMail.Kind, CredentialChangedMail.Kind, NewDeviceMail.Kind, PasswordChangedMail.Kind, PasswordGuessedAtMail.Kind, SessionMovedMail.Kind, SessionReusedMail.Kind,
                }.Select(kind => MailKind.Find(kind).Lifetime),
                Is.All.EqualTo(CredentialNotices.LinkLifetime));
        }
    }

    [Test]
    public async Task A_mail_expires_with_the_secret_it_carries()
    {
        var user = await App.CreateUserAsync();
        await Api.PostAsync("/auth/register", new { email = $"new-{Guid.NewGuid():N}@example.org", password = TestUser.NewPassword() });
        await Api.PostAsync("/auth/forgot-password", new { email = user.Email });
        using var here = await PageClient.SignInAsync(App, user);
        await here.PostFormAsync("/account/email", ("Email", $"other-{Guid.NewGuid():N}@example.org"));

        // The purposes of these secrets have the names of their mails; a registration carries its own.
        const string Secrets = "SELECT max(expires_at) FROM one_time_secrets WHERE purpose = $1 AND user_id IS NOT NULL";
        foreach (var (kind, expiry) in new[]
        {
            (ConfirmEmailMail.Kind, "SELECT max(expires_at) FROM registrations"), (ResetPasswordMail.Kind, Secrets), (ChangeEmailMail.Kind, Secrets),
        })
        {
            var apart = await App.QueryAsync<double?>(
                $"SELECT abs(extract(epoch FROM (SELECT max(expires_at) FROM outbox_messages WHERE kind = $1) - ({expiry})))::double precision", kind);
            Assert.That(apart, Is.Not.Null.And.LessThan(5), kind);
        }
    }
}
