using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Browser;

/// <summary>What the client module's declarations say, against what a browser finds in the module.</summary>
[Category("Browser")]
public sealed partial class AuthClientDeclarationTests
{
    [Test]
    public async Task Its_declarations_name_and_describe_what_it_exports_and_nothing_else()
    {
        await using var tab = await Chromium.OpenAsync();
        await tab.Page.GotoAsync("/login");
        var exported = await tab.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const module = await import('/js/auth-client.js');
              const instances = { AuthClient: new module.AuthClient(), AuthError: new module.AuthError(400, null) };
              const inherited = new Set(['message', 'stack']);
              return Object.keys(module).flatMap(name => [
                ...Object.getOwnPropertyNames(module[name].prototype),
                ...Object.getOwnPropertyNames(instances[name]).filter(member => !inherited.has(member)),
              ].map(member => `${name}.${member}`));
            }
            """);

        var folder = Path.Combine(TestApp.ContentRoot, "wwwroot", "js");
        var declarations = await File.ReadAllTextAsync(Path.Combine(folder, "auth-client.d.ts"));
        var declared = DeclaredClass().Matches(declarations).SelectMany(type => DeclaredMember().Matches(type.Groups[2].Value).Select(member => (Name: $"{type.Groups[1].Value}.{member.Groups[2].Value}", Described: member.Groups[1].Success))).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(declared.Select(member => member.Name).Distinct().Except(["AuthClient.addEventListener"]), Is.EquivalentTo(exported));
            Assert.That(declared.Where(member => !member.Described), Is.Empty);

            // Events, and the reasons of the one that has some.
            var source = await File.ReadAllTextAsync(Path.Combine(folder, "auth-client.js"));
            Assert.That(DeclaredEvent().Matches(declarations).Select(e => e.Groups[1].Value), Is.EquivalentTo(FiredEvent().Matches(source).Select(e => e.Groups[1].Value)));
            Assert.That(Reasons().Match(declarations).Groups[1].Captures.Select(reason => reason.Value), Is.EquivalentTo(ReasonInSource().Matches(source).Select(reason => reason.Value).Distinct()));
        }
    }

    [GeneratedRegex(@"^export class (\w+)[^{]*\{\n([\s\S]*?)^\}", RegexOptions.Multiline)]
    private static partial Regex DeclaredClass();

    [GeneratedRegex(@"(\*/\n)?^  (?:readonly |get )?(\w+)(?=[(:])", RegexOptions.Multiline)]
    private static partial Regex DeclaredMember();

    [GeneratedRegex(@"addEventListener\(type: '(\w+)'")]
    private static partial Regex DeclaredEvent();

    [GeneratedRegex(@"new CustomEvent\('(\w+)'")]
    private static partial Regex FiredEvent();

    [GeneratedRegex(@"type Reason =(?:[ |]+'([\w-]+)')+;")]
    private static partial Regex Reasons();

    [GeneratedRegex(@"(?<=')(?:signed-\w+|token_\w+)(?=')")]
    private static partial Regex ReasonInSource();
}
