using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Startup;

namespace WebApp.Tests.Features.Tokens;

[Parallelizable(ParallelScope.All)]
public sealed class TokenOptionsTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    [Test]
    public void Defaults_are_those_of_the_contract()
    {
        var options = OptionsFrom();
        Assert.That(options.AccessTokenLifetime, Is.EqualTo(TimeSpan.FromMinutes(15)));
        Assert.That(options.RefreshTokenLifetime, Is.EqualTo(TimeSpan.FromDays(7)));
        Assert.That(options.SessionLifetime, Is.EqualTo(TimeSpan.FromDays(30)));
        Assert.That(options.RefreshGrace, Is.EqualTo(TimeSpan.FromSeconds(10)));
        Assert.That(options.ClockSkew, Is.EqualTo(TimeSpan.FromSeconds(30)));
        Assert.That(options.Audience, Is.EqualTo("webapp"));
        Assert.That(options.Binding, Is.EqualTo(ClientBinding.Monitor));
        Assert.That(options.SigningKeys, Is.Empty);
    }

    [Test]
    public void The_issuer_is_the_base_url_without_its_slash_unless_set()
    {
        Assert.That(OptionsFrom().Issuer, Is.EqualTo("https://app.example/sub"));
        Assert.That(OptionsFrom(("Tokens:Issuer", "urn:mine")).Issuer, Is.EqualTo("urn:mine"));
    }

    [Test]
    public void The_top_level_names_are_honoured()
    {
        var options = OptionsFrom(("ACCESS_TOKEN_EXPIRE_MINUTES", "5"), ("Tokens:AccessTokenMinutes", "20"), ("SECRET_KEY", Secret));
        Assert.That(options.AccessTokenMinutes, Is.EqualTo(5));
        Assert.That(options.SigningKeys.Single().Secret, Is.EqualTo(Secret));
        Assert.That(OptionsFrom(("SECRET_KEY", ""), ("ACCESS_TOKEN_EXPIRE_MINUTES", "")).SigningKeys, Is.Empty);
    }

    [Test]
    public void The_id_of_the_secret_key_is_stable_and_discloses_nothing()
    {
        var id = OptionsFrom(("SECRET_KEY", Secret)).SigningKeys.Single().Id;
        Assert.That(OptionsFrom(("SECRET_KEY", Secret)).SigningKeys.Single().Id, Is.EqualTo(id));
        Assert.That(OptionsFrom(("SECRET_KEY", Secret + "x")).SigningKeys.Single().Id, Is.Not.EqualTo(id));
        Assert.That(id, Has.Length.EqualTo(16));
        Assert.That(SigningKey.IsKeyId(id), Is.True);
    }

    [Test]
    public void Listed_keys_sign_before_the_secret_key() =>
        Assert.That(
            OptionsFrom(("Tokens:SigningKeys:0:Id", "a"), ("Tokens:SigningKeys:0:Secret", Secret), ("SECRET_KEY", Secret)).SigningKeys[0].Id,
            Is.EqualTo("a"));

    [TestCase("SECRET_KEY", "0123456789abcdef0123456789abcde", "SECRET_KEY must be at least 32 bytes long.")]
    [TestCase("SECRET_KEY", "short", "SECRET_KEY must be at least 32 bytes long.")]
    [TestCase("Tokens:SigningKeys:1:Secret", "short", "Tokens:SigningKeys:1:Secret must be at least 32 bytes long.")]
    [TestCase("Tokens:SigningKeys:1:Id", "a b", "Tokens:SigningKeys:1:Id must be 1 to 64 letters, digits, '.', '_' or '-'.")]
    [TestCase("Tokens:SigningKeys:1:Id", "first", "Tokens:SigningKeys:1:Id must differ from the keys before it.")]
    [TestCase("ACCESS_TOKEN_EXPIRE_MINUTES", "soon", "ACCESS_TOKEN_EXPIRE_MINUTES must be a whole number of minutes, at least 1.")]
    [TestCase("ACCESS_TOKEN_EXPIRE_MINUTES", "0", "ACCESS_TOKEN_EXPIRE_MINUTES must be a whole number of minutes, at least 1.")]
    [TestCase("Tokens:AccessTokenMinutes", "0", "Tokens:AccessTokenMinutes must be between 1 and 1440.")]
    [TestCase("Tokens:RefreshTokenDays", "-1", "Tokens:RefreshTokenDays must be between 1 and 365.")]
    [TestCase("Tokens:ClockSkewSeconds", "3600", "Tokens:ClockSkewSeconds must be between 0 and 300.")]
    [TestCase("Tokens:Audience", " ", "Tokens:Audience must be set, to at most 500 characters.")]
    [TestCase("Tokens:Binding", "7", "Tokens:Binding must be Off, Monitor or Enforce.")]
    public void A_wrong_value_stops_the_start_with_one_line_that_names_the_key(string key, string value, string message)
    {
        List<(string, string)> settings =
        [
            ("Tokens:SigningKeys:0:Id", "first"), ("Tokens:SigningKeys:0:Secret", Secret),
            ("Tokens:SigningKeys:1:Id", "second"), ("Tokens:SigningKeys:1:Secret", Secret),
        ];
        settings.RemoveAll(setting => setting.Item1 == key);
        Assert.That(
            () => OptionsFrom([.. settings, (key, value)]),
            Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Bytes_are_counted_not_letters() =>
        Assert.That(OptionsFrom(("SECRET_KEY", new string('ä', 16))).SigningKeys, Has.Count.EqualTo(1));

    private static TokenOptions OptionsFrom(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.Configure<AppOptions>(app => app.BaseUrl = new("https://app.example/sub/"));
        builder.AddTokens();
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<TokenOptions>>().Value;
    }
}
