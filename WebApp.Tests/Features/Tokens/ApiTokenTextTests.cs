using WebApp.Features.Tokens;

namespace WebApp.Tests.Features.Tokens;

public sealed class ApiTokenTextTests
{
    [Test]
    public void A_new_token_is_well_formed_and_unlike_any_other()
    {
        var tokens = Enumerable.Range(0, 1000).Select(_ => ApiTokenText.New()).ToArray();
        Assert.That(tokens, Is.Unique);
        Assert.That(tokens, Has.All.Matches<string>(token => ApiTokenText.IsWellFormed(token)));
        Assert.That(tokens[0], Does.Match("^wat_[0-9A-Za-z]{49}$"));
    }

    [Test]
    public void A_token_with_any_character_changed_is_not_well_formed()
    {
        var token = ApiTokenText.New();
        for (var i = 0; i < token.Length; i++)
        {
            var changed = $"{token[..i]}{(token[i] == 'a' ? 'b' : 'a')}{token[(i + 1)..]}";
            Assert.That(ApiTokenText.IsWellFormed(changed), Is.False, $"character {i}");
        }
    }

    [TestCase("")]
    [TestCase("wat_")]
    [TestCase("wat_0123456789012345678901234567890123456789012345678")]
    [TestCase("wat_é123456789012345678901234567890123456789012345678")]
    public void What_is_not_a_token_is_not_well_formed(string text) => Assert.That(ApiTokenText.IsWellFormed(text), Is.False);
}
