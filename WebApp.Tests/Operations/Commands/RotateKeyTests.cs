using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations.Commands;

/// <summary>A new signing key from the command line, while the server runs.</summary>
public sealed class RotateKeyTests : OwnApp
{
    [Test]
    public async Task A_rotation_announces_a_key_says_when_the_old_one_goes_and_signs_nobody_out()
    {
        var tokens = await Api.LoginAsync(await App.CreateUserAsync());
        var (code, output, errors) = await ConsoleCommand.RunAsync(App.ConnectionString, "", "rotate-key");
        Assert.That(code, Is.Zero, output + errors);
        Assert.That(output, Does.Match(@"\A[\w-]{16} signs from \d{4}-\d\d-\d\d \d\d:\d\d UTC on\.\n[\w-]{16} verifies until \d{4}-\d\d-\d\d \d\d:\d\d UTC, when the last token it signed has run out, and then goes by itself\.\n\z"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM signing_keys"), Is.EqualTo(2));
        Assert.That(await App.QueryAsync<string>("SELECT detail FROM security_events WHERE kind = 'signing_key_rotated'"), Is.EqualTo(output[..16]));

        Assert.That((await ConsoleCommand.RunAsync(App.ConnectionString, "", "rotate-key")).Output, Is.EqualTo(output), "Asked twice, the one that was announced will do.");
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Configured_keys_are_left_to_the_configuration()
    {
        var (code, _, errors) = await ConsoleCommand.RunAsync(App.ConnectionString, "", "rotate-key", $"--SECRET_KEY={new string('k', 40)}");
        Assert.That((code, errors), Is.EqualTo((2, "WebApp: The signing keys are in the configuration (SECRET_KEY or Tokens:SigningKeys), and are changed there.\n")));
    }
}
