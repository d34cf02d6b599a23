using WebApp.Features.Passwords;
using WebApp.Platform.Http;

namespace WebApp.Operations.Commands;

/// <summary>The part of the application that hashing needs: the password settings, without database and keys.</summary>
internal static class PasswordServices
{
    extension(CommandInput input)
    {
        /// <summary>Builds the services.</summary>
        public WebApplication BuildPasswords()
        {
            var builder = App.NewBuilder(new() { Args = input.Settings });
            builder.AddHosting();
            builder.AddPasswords();
            return builder.Build();
        }
    }
}
