using WebApp.Platform.Workers;

namespace WebApp.Features.Groups;

/// <summary>Sets up groups, members and invitations.</summary>
public static class GroupsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddGroups()
        {
            builder.Services.AddSingleton<InvitationSecrets>();
            builder.Services.AddScoped<GroupDirectory>();
            builder.Services.AddScoped<GroupMembers>();
            builder.Services.AddScoped<GroupInvitations>();
            builder.Services.AddScoped<GroupAnswers>();
            builder.Services.AddScoped<GroupOversight>();
            builder.Services.AddScoped<GroupPages>();
            builder.Services.AddSingleton<GroupMembershipErasure>();

            // An expired invitation is shown, and can be sent again, for as long as it was valid.
            builder.Services.AddPruning("DELETE FROM group_invitations WHERE expires_at < $1 - interval '7 days'");
        }
    }
}
