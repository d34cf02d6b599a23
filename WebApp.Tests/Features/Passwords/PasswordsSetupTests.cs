using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;
using WebApp.Platform.Data;
using PasswordOptions = WebApp.Features.Passwords.PasswordOptions;

namespace WebApp.Tests.Features.Passwords;

/// <summary>The configuration, and what the container hands out.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PasswordsSetupTests
{
    [TestCase("Password:WorkFactor", "3", "Production")]
    [TestCase("Password:WorkFactor", "17", "Development")]
    [TestCase("Password:WorkFactor", "9", "Production")]
    [TestCase("Password:MinLength", "7", "Production")]
    [TestCase("Password:MinLength", "17", "Production")]
    [TestCase("Password:PassphraseLength", "129", "Production")]
    [TestCase("Password:MinScore", "5", "Production")]
    [TestCase("Password:QueueLength", "0", "Production")]
    public void A_wrong_value_is_refused_by_its_key(string key, string value, string environment)
    {
        using var app = Build(environment, (key, value));

        Assert.That(() => app.Services.GetRequiredService<IOptions<PasswordOptions>>().Value, Throws.TypeOf<OptionsValidationException>().With.Message.Contain(key));
    }

    [TestCase("4", "Development")]
    [TestCase("10", "Production")]
    [TestCase("16", "Production")]
    public void A_work_factor_within_bounds_is_taken(string value, string environment)
    {
        using var app = Build(environment, ("Password:WorkFactor", value));

        Assert.That(app.Services.GetRequiredService<IOptions<PasswordOptions>>().Value.WorkFactor, Is.EqualTo(int.Parse(value, null)));
    }

    [Test]
    public async Task The_container_hands_out_what_others_call()
    {
        using var app = Build("Development", ("Password:WorkFactor", "4"));
        var hashing = app.Services.GetRequiredService<PasswordHashing>();

        Assert.That(await hashing.VerifyAsync(await hashing.HashAsync("p", default), "p", default), Is.EqualTo(PasswordVerdict.Right));
        Assert.That(app.Services.GetRequiredService<PasswordPolicy>().Requirements.MinLength, Is.EqualTo(12));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Identity_cannot_hash_past_the_queue(bool identityFirst)
    {
        using var app = Build("Development", identityFirst);
        using var scope = app.Services.CreateScope();
        var hasher = scope.ServiceProvider.GetRequiredService<IPasswordHasher<User>>();

        Assert.Multiple(() =>
        {
            Assert.That(() => hasher.HashPassword(new User(), "p"), Throws.TypeOf<NotSupportedException>().With.Message.Contain("PasswordHashing"));
            Assert.That(() => hasher.VerifyHashedPassword(new User(), "h", "p"), Throws.TypeOf<NotSupportedException>());
        });
    }

    private static WebApplication Build(string environment, params (string Key, string Value)[] settings) => Build(environment, false, settings);

    private static WebApplication Build(string environment, bool identityFirst, params (string Key, string Value)[] settings)
    {
        var builder = App.NewBuilder(new() { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value));
        builder.Host.UseDefaultServiceProvider(provider => provider.ValidateOnBuild = false); // Identity lacks its store here.
        if (identityFirst)
        {
            builder.Services.AddIdentityCore<User>();
        }

        builder.AddPasswords();
        if (!identityFirst)
        {
            builder.Services.AddIdentityCore<User>();
        }

        return builder.Build();
    }
}
