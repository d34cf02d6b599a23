using WebApp.Features.Passwords;
using WebApp.Platform.Http;

namespace WebApp.Operations.Commands;

/// <summary>What hashing needs of the application: its settings of passwords, and neither database nor keys.</summary>
internal static class PasswordServices
{
    extension(CommandInput input)
    {
        /// <summary>Builds it.</summary>
        public WebApplication BuildPasswords()
        {
            var builder = App.NewBuilder(new() { Args = input.Settings });
            builder.AddHosting();
            builder.AddPasswords();
            return builder.Build();
        }
    }
}
