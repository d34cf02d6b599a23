using WebApp.Features.Credentials;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Credentials;

/// <summary>The table of <c>docs/credentials.md</c> is the one in the code.</summary>
public sealed class CredentialTableTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(TestApp.ContentRoot, "..", "docs", "credentials.md"));

    [TestCaseSource(typeof(CredentialChange), nameof(CredentialChange.All))]
    public void The_documented_table_says_what_the_code_does(CredentialChange change) => Assert.That(Lines, Has.Member(Row(change)));

    [Test]
    public void It_has_no_other_rows() => Assert.That(
        Lines.Count(line => line.StartsWith("| ", StringComparison.Ordinal)), Is.EqualTo(CredentialChange.All.Count + 1), "and the head");

    private static string Row(CredentialChange change) => string.Join(" | ",
    [
        $"| {change.Name}",
        change.Sessions == SessionsEnded.All ? "all" : "others",
        $"`{change.Reason}`",
        change.EndsApiTokens ? "end" : "stay",
        change.Devices switch { DevicesAfter.Forgotten => "forgotten", DevicesAfter.Untrusted => "not trusted", _ => "stay" },
        change.VoidsLinks.Count == 0 ? "—" : string.Join(", ", change.VoidsLinks.Select(purpose => $"`{purpose}`")),
        $"`{change.Event}`",
        change.Mail switch
        {
            NoticeMail.Changed => change.Subject,
            NoticeMail.PasswordReset => "Your password was reset",
            NoticeMail.Administered or NoticeMail.AdministeredWithWayBack => change.Subject,
            _ => "—",
        } + (change.Mail is NoticeMail.None or NoticeMail.Administered ? "" : " (with the way back)") + " |",
    ]);
}
