/** The messages in French. */
import type { Wording } from '../wording';

export const FR: Wording = {
  dates: 'fr-FR',
  labels: { when: 'Quand', where: 'Où', device: 'Appareil', method: 'Méthode', affected: 'Concerne' },
  unknownPlace: 'Lieu inconnu',
  unknownDevice: 'Appareil inconnu',
  browserOnSystem: '{browser} sous {os}',
  methods: {
    totp: 'Application d’authentification (codes)',
    push: 'Application d’authentification (notifications)',
    backupCode: 'Codes de secours',
    passkey: 'Clé d’accès',
  },
  lanes: {
    trusted: 'Les connexions depuis vos appareils de confiance',
    untrusted: 'Les connexions depuis tous les autres appareils',
  },
  yourCode: 'Votre code',
  footer:
    'Vous recevez ce message parce qu’il concerne la sécurité de votre compte. Personne ne vous demandera jamais un code.',
  notices: {
    enrollment_code: {
      subject: 'Votre code pour configurer un second facteur',
      what: 'Saisissez ce code pour configurer un second facteur pour votre compte. Il est valable {minutes} minutes.',
      advice:
        'Si vous n’avez pas essayé de vous connecter, quelqu’un connaît votre mot de passe : changez-le.',
    },
    recovery_code: {
      subject: 'Votre code pour récupérer votre compte',
      what: 'Saisissez ce code pour choisir un nouveau mot de passe. Il est valable {minutes} minutes.',
      advice: 'Si vous ne l’avez pas demandé, ignorez ce message : sans le code, rien ne se passe.',
    },
    account_recovered: {
      subject: 'Votre compte a été récupéré',
      what: 'Votre mot de passe a été changé par la récupération de compte, et toutes vos sessions ont été fermées.',
      advice:
        'Si ce n’était pas vous, prévenez immédiatement votre administrateur et sécurisez votre boîte aux lettres : le code y a été envoyé.',
    },
    password_changed: {
      subject: 'Votre mot de passe a été changé',
      what: 'Le mot de passe de votre compte a été changé, et toutes les autres sessions ont été fermées.',
      advice: 'Si ce n’était pas vous, prévenez immédiatement votre administrateur.',
    },
    address_changed: {
      subject: 'L’adresse e-mail de votre compte a été changée',
      what: 'Un administrateur a changé l’adresse e-mail de votre compte. Ceci est le dernier message envoyé à cette adresse.',
      advice: 'Si vous n’avez rien demandé, prévenez immédiatement votre administrateur.',
    },
    block_released: {
      subject: 'Une connexion bloquée a été débloquée',
      what: 'Une connexion à votre compte avait été bloquée. Un administrateur l’a débloquée : pendant un court moment, un second facteur est demandé sur cet appareil à la place.',
      advice: 'Si vous n’avez rien demandé, prévenez immédiatement votre administrateur.',
    },
    new_device: {
      subject: 'Connexion depuis un nouvel appareil',
      what: 'Quelqu’un s’est connecté à votre compte depuis un appareil qui n’avait jamais été utilisé.',
      advice:
        'Si c’était vous, il n’y a rien à faire. Sinon, signalez la session dans votre compte et changez immédiatement votre mot de passe.',
    },
    factor_added: {
      subject: 'Un second facteur a été ajouté',
      what: 'Un nouveau moyen de prouver votre identité a été ajouté à votre compte.',
      advice: 'Si ce n’était pas vous, prévenez immédiatement votre administrateur.',
    },
    factor_removed: {
      subject: 'Un second facteur a été supprimé',
      what: 'Un moyen de prouver votre identité a été supprimé de votre compte.',
      advice: 'Si ce n’était pas vous, prévenez immédiatement votre administrateur.',
    },
    factors_reset: {
      subject: 'Vos seconds facteurs ont été supprimés',
      what: 'Un administrateur a supprimé tous les seconds facteurs de votre compte et fermé vos sessions. Vous pourrez les configurer à nouveau à la prochaine connexion.',
      advice: 'Si vous n’avez rien demandé, adressez-vous à votre administrateur.',
    },
    authenticator_disabled: {
      subject: 'Votre authentificateur a été désactivé',
      what: 'Trop de codes erronés ont été saisis à la suite pour votre compte. Pour le protéger, aucun code n’est plus accepté jusqu’à ce qu’un administrateur le déverrouille.',
      advice:
        'Si ce n’est pas vous qui les avez saisis, quelqu’un connaît votre mot de passe : changez-le et adressez-vous à votre administrateur.',
    },
    backup_codes_low: {
      subject: 'Il vous reste peu de codes de secours',
      what: 'Codes de secours restants : {left}. Créez-en de nouveaux dans votre compte avant d’en avoir besoin.',
      advice:
        'Si vous n’avez pas utilisé de code de secours récemment, créez-en de nouveaux maintenant : les anciens n’auront plus aucune valeur.',
    },
    passkey_disabled: {
      subject: 'L’une de vos clés d’accès a été désactivée',
      what: 'Une clé d’accès de votre compte a été utilisée d’une façon qui laisse penser qu’il en existe une copie. La connexion a été refusée et cette clé n’est plus acceptée ; vos autres méthodes fonctionnent.',
      advice:
        'Supprimez cette clé de votre compte et ajoutez-en une nouvelle. Si ce n’est pas vous qui tentiez de vous connecter, quelqu’un connaît votre mot de passe et possède peut-être votre clé : changez le mot de passe et prévenez votre administrateur.',
    },
    push_reported: {
      subject: 'Vous avez signalé une connexion',
      what: 'Une demande d’approbation de connexion a reçu la réponse « ce n’était pas moi ». La connexion a été refusée.',
      advice:
        'La personne à l’origine de cette demande connaît votre mot de passe : changez-le. Si ce n’est pas vous qui l’avez signalée, vérifiez qui a accès à votre authentificateur.',
    },
    push_switched_off: {
      subject: 'Vous avez refusé des connexions',
      what: 'Des demandes d’approbation de connexion ont été refusées sur votre appareil. La connexion a été interrompue et les approbations sont désactivées pendant 15 minutes ; vos autres méthodes fonctionnent.',
      advice: 'Si vous n’essayiez pas de vous connecter, quelqu’un connaît votre mot de passe : changez-le.',
    },
    session_reported: {
      subject: 'Vous avez signalé une session',
      what: 'Une session de votre compte a été signalée comme n’étant pas la vôtre. Elle a été fermée, et son appareil n’est plus de confiance.',
      advice:
        'Changez votre mot de passe si ce n’est pas déjà fait. Si ce n’est pas vous qui l’avez signalée, faites-le immédiatement.',
    },
  },
};
